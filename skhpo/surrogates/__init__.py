"""Models of the loss: arrays in, arrays out."""
