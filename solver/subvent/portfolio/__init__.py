"""Portfolio files (YAML, JSON, XLSX) → raw cells with places → a valid portfolio → facts.

`vocabulary_loader.load_vocabulary` says what can be stated, `text_reader.read_portfolio` reads and
validates, `facts.facts` makes atoms, `remarks.remarks` warns, `schema.portfolio_schema` describes.
"""
