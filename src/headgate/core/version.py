"""The version of Headgate; part of what makes outputs byte-identical."""

VERSION = "0.1.0"
