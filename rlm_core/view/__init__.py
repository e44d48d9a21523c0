"""`rlm view` and `rlm export`: the archive as pages for a browser, and one part of it as one file.

In: chunk files, blobs, marks, timelines, receipts. Out: static pages below `view/` of the archive, made again where
something changed; one self-contained file where the user wants one.
Never: a script, a link or a picture out of an archived text; a request to anywhere; a change to the archive itself.

`site.build` writes the pages, `exporting.export` makes the file. Both need the packages of the extra `view`.
"""
