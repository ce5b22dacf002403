"""Invoice lines read, mapped and checked by Spark; needs ``pip install "qbrkit[spark]"``.

The SQL that recognizes, maps and checks is the embedded engine's own, translated: the two
engines read a text alike because there is one text of the rules.
"""
