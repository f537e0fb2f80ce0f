"""Names for pretend cameras: real crossings of Ha Noi and the public offices that own cameras there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pretend camera stands: name of the crossing, owner, district, and roughly where (degrees)."""

    name: str
    owner: str
    district: str
    lat: float
    lon: float


_CROSSINGS = (
    ("Ngã Tư Sở", "Đống Đa", 21.0035, 105.8201),
    ("Cầu Giấy", "Cầu Giấy", 21.0289, 105.8036),
    ("Ô Chợ Dừa", "Đống Đa", 21.0206, 105.8277),
    ("Ngã Tư Vọng", "Hai Bà Trưng", 20.9957, 105.8415),
    ("Kim Mã – Nguyễn Chí Thanh", "Ba Đình", 21.0291, 105.8123),
    ("Đại Cồ Việt – Phố Huế", "Hai Bà Trưng", 21.0086, 105.8512),
    ("Tràng Tiền – Hàng Bài", "Hoàn Kiếm", 21.0246, 105.8531),
    ("Cửa Nam", "Hoàn Kiếm", 21.0277, 105.8413),
    ("Ngã Tư Khuất Duy Tiến", "Thanh Xuân", 21.0027, 105.8003),
    ("Bưởi – Hoàng Quốc Việt", "Tây Hồ", 21.0463, 105.8059),
    ("Chương Dương", "Long Biên", 21.0349, 105.8628),
    ("Láng – Nguyễn Trãi", "Thanh Xuân", 21.0037, 105.8192),
    ("Giảng Võ – Láng Hạ", "Ba Đình", 21.0202, 105.8163),
    ("Trần Duy Hưng", "Cầu Giấy", 21.0094, 105.7987),
    ("Mai Dịch", "Cầu Giấy", 21.0383, 105.7776),
    ("Nhổn", "Bắc Từ Liêm", 21.0531, 105.7331),
    ("Pháp Vân", "Hoàng Mai", 20.9520, 105.8440),
    ("Lĩnh Nam – Tam Trinh", "Hoàng Mai", 20.9896, 105.8639),
    ("Chùa Bộc – Thái Hà", "Đống Đa", 21.0081, 105.8241),
    ("Văn Cao – Hoàng Hoa Thám", "Ba Đình", 21.0413, 105.8151),
    ("Xuân Thủy – Phạm Hùng", "Cầu Giấy", 21.0364, 105.7817),
    ("Yên Phụ – Thanh Niên", "Ba Đình", 21.0447, 105.8402),
    ("Lý Thường Kiệt – Bà Triệu", "Hoàn Kiếm", 21.0226, 105.8495),
    ("Minh Khai – Bạch Mai", "Hai Bà Trưng", 20.9977, 105.8500),
    ("Tố Hữu – Lê Văn Lương", "Nam Từ Liêm", 20.9952, 105.7935),
    ("Hà Đông – Quang Trung", "Hà Đông", 20.9713, 105.7773),
    ("Nguyễn Văn Cừ – Ngọc Lâm", "Long Biên", 21.0438, 105.8731),
    ("Võ Chí Công – Lạc Long Quân", "Tây Hồ", 21.0655, 105.8076),
    ("Hàng Đậu", "Hoàn Kiếm", 21.0404, 105.8478),
    ("Lò Đúc – Trần Khát Chân", "Hai Bà Trưng", 21.0093, 105.8607),
    ("Tôn Đức Thắng – Cát Linh", "Đống Đa", 21.0287, 105.8325),
    ("Đội Cấn – Liễu Giai", "Ba Đình", 21.0362, 105.8141),
)


def place(index: int) -> Place:
    """The place of pretend camera `index` (>= 0); after the list's end the crossings repeat, numbered."""
    name, district, lat, lon = _CROSSINGS[index % len(_CROSSINGS)]
    owners = ("Phòng CSGT", f"UBND quận {district}", "Trung tâm điều hành giao thông")
    turn = index // len(_CROSSINGS)
    suffix = f" {turn + 1}" if turn else ""
    return Place(name + suffix, owners[index % len(owners)], district, lat + turn * 0.0004, lon)


def camera_id(index: int) -> str:
    """`cam-01`, `cam-02`, … for index 0, 1, …"""
    return f"cam-{index + 1:02d}"
