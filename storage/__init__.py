"""storage/ remembers: the only SQL; rows never leave it, what goes in and out are the frozen values of handlers/."""
