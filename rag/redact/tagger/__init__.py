"""Our own name model: a small convolutional tagger over words."""
