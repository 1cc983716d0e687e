"""What can be found of conversations and their people, handed to `heard.search`.

documents.py    what a message, a conversation, a person is as a document
following.py    the consumer that keeps up with what happens
erasing.py      what an erasure takes out
rebuilding.py   everything anew, and what is missing
"""
