"""The product and its peers → times, ratios and growth, written down with the machine they were taken on."""
