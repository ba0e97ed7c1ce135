"""What stages and objectives amount to: metrics, findings, signals, charts and advice."""
