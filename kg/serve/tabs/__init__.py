"""The tabs of the desk: a module each, put together by `search_app`."""
