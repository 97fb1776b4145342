"""Aligned fakes: photographs against their own reconstructions by diffusion autoencoders; trains nothing."""
