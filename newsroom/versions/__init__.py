"""What every piece was before: a version a save, with who, when and why; apps say in `versioned` what is kept."""
