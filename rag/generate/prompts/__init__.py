"""What a model is told: short, versioned templates, and how they are filled."""
