"""What we know of English and French: terms, stems, stop words, dates, synonyms.

In: text. Out: words, terms, dates, the language.
Never: the archive, the disk.
"""
