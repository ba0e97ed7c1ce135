"""Reports on stages and objectives: metrics, findings, signals, charts and advice."""
