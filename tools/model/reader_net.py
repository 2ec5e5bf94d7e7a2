"""Token ids of a question and a window → what each sentence is to it, the verdict, the items, and what is asked for."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from kg.answer.reader_input import KINDS

FROZEN = 2
"""So many of the packaged model's lower layers stay as they are, and all of its embeddings."""


class ReaderNet(nn.Module):
    """The packaged encoder with a head for each thing the reader says.

    At the mark in front of a sentence: `relevance` (nothing, near, answers) and `verdict` (yes, no). At each token:
    `tags` (outside, begins, inside an item). At the first token: `kind` of what is asked, `several` items or one.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # without dropout, whose random numbers take as long as the layers here, and with plain attention, whose
        # gradient takes a quarter of the time of the fused one
        self.encoder = AutoModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        width = self.encoder.config.hidden_size
        self.relevance, self.verdict = nn.Linear(width, 3), nn.Linear(width, 2)
        self.tags = nn.Linear(width, 3)
        self.kind, self.several = nn.Linear(width, len(KINDS)), nn.Linear(width, 2)
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN]):
            for weight in part.parameters():
                weight.requires_grad = False

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return relevance, verdict and tags at every token, (batch, length, n), and kind and several, (batch, n)."""
        return self.say(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state)

    def say(self, states: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return what the heads make of the encoder's *states*, (batch, length, width)."""
        first = states[:, 0]
        return self.relevance(states), self.verdict(states), self.tags(states), self.kind(first), self.several(first)
