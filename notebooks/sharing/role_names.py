"""What roles are called in sentences."""

from django.utils.translation import gettext_lazy as _

from notebooks.sharing.roles import Role

ROLE_NAMES = {
    Role.NONE: _("stranger"),
    Role.VIEWER: _("viewer"),
    Role.COMMENTER: _("commenter"),
    Role.EDITOR: _("editor"),
    Role.OWNER: _("owner"),
}
