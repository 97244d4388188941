"""The trust line: the same folder and prompt in ``transformers``, compared tensor by tensor."""
