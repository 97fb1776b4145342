"""From a recipe and a data set to a RUN folder, by Transformers' Trainer."""
