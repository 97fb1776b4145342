"""RealFake HF."""
