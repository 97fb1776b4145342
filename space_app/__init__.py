"""The Gradio Space: the app that `realfake demo` runs and that a Space of the Hub runs as `python app.py`."""
