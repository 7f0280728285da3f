"""What `pipeline.yaml` and `headgate.yaml` have in common: value types, plain error messages, loading."""
