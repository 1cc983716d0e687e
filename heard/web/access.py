"""What every page asks first: may this colleague do this at all?"""

from heard.accounts.guards import admins_only, leads_only, writers_only
from heard.accounts.services.accesses import note_access

__all__ = ["admins_only", "leads_only", "note_access", "writers_only"]
