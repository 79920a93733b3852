"""A card with tiles that are as large as there is room for, where it stands alone."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.pictures.tile_gallery import TileGallery

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
_MOVES = (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show)


class TilesCard(Card):
    """Its place scrolls: alone there, or enlarged, it has the height that is in sight."""

    def __init__(self, title: str, gallery: TileGallery, *, name: str) -> None:
        super().__init__(title, name=name)
        self._gallery = gallery
        self._sight: QWidget | None = None

    def _fit_gallery(self) -> None:
        """Tell the tiles how high they may be all together."""
        place, layout = self.parentWidget(), self.layout()
        sight = None if place is None else place.parentWidget()
        if sight is not self._sight:
            if self._sight is not None:
                self._sight.removeEventFilter(self)
            self._sight = sight
            if sight is not None:
                sight.installEventFilter(self)
        if place is None or sight is None or layout is None or not self.isVisible():
            return
        others = place.findChildren(Card, options=_DIRECT)
        if any(other is not self and not other.isHidden() for other in others):
            self._gallery.set_room(None)
            return
        # Of what is in sight, never of the card's own height, which follows from the tiles.
        taken = layout.totalMinimumHeightForWidth(self.width())
        self._gallery.set_room(sight.height() - (taken - self._gallery.minimumHeight()))

    # Qt's own.

    def event(self, event: QEvent) -> bool:
        """Fit the tiles where another size, or another text beside them, leaves other room."""
        done = super().event(event)
        if event.type() in _MOVES:
            self._fit_gallery()
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the height that is in sight."""
        if watched is self._sight and event.type() == QEvent.Type.Resize:
            self._fit_gallery()
        return False
