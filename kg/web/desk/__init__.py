"""The desk in Gradio: its tabs, and what they show."""
