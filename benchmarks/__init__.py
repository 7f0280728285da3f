"""Speed and memory, all contenders in one run over the same bytes, their results compared first."""
