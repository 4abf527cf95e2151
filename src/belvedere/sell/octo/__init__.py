"""OCTO's supplier interface: resellers read and book one operator's places by it.

`views` receives, `reading` understands, `services` books, `catalogue`, `slots` and `bodies`
answer. The contract is octotravel/octo-types of 2026-01-06; `docs/reference/octo.md` says where
and why we differ.
"""
