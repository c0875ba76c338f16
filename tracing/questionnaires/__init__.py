"""Questions as data, answers as rows: what is asked in an interview, in which words and languages, and what was answered.

A questionnaire is a FHIR R4 Questionnaire document; each answer is a row with the revision that it replaced.
Knows nothing of cases: what an answer settles is a named fact, which the room above takes up.
"""
