"""The policies as data: kernel, vocabulary, words, and one folder a document. No code."""
