"""Write a model for programs that have no torch: ONNX, and its preprocessing as plain JSON."""
