"""A model for programs that have no torch: its ONNX file, its preprocessing as plain JSON, and running them."""
