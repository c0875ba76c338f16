"""The register of settings: schools, workplaces, nursing homes, prisons, shelters, events.

A setting is recognised by its address or its name; where somebody lives decides how they are followed.
Holds no personal data.
"""
