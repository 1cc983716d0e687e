"""Errors that tell a person no."""


class Refusal(Exception):
    """Something a person asked for cannot be done now; the message tells them why and what to do, in their language.

    One middleware shows it as a notice with status 409, the API as a problem.
    """

    @property
    def message(self) -> str:
        """The sentence to show."""
        return str(self.args[0]) if self.args else ""
