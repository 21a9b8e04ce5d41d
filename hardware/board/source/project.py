"""The project's own file and the tables that say where its library lies."""

from __future__ import annotations

import json
from pathlib import Path

RULES = {
    "min_clearance": 0.15,
    "min_track_width": 0.15,
    "min_via_annular_width": 0.13,
    "min_via_diameter": 0.5,
    "min_through_hole_diameter": 0.3,
    "min_hole_clearance": 0.25,
    "min_hole_to_hole": 0.25,
    "min_copper_edge_clearance": 0.4,
    "min_silk_clearance": 0.0,
    "min_text_height": 0.7,
    "min_text_thickness": 0.08,
    "max_error": 0.005,
    "min_resolved_spokes": 1,
    "solder_mask_to_copper_clearance": 0.0,
    "use_height_for_length_calcs": True,
}
"""What a pool service makes without a surcharge, in millimetres."""

CLEARANCE = 0.16
TRACK = 0.2
VIA = (0.6, 0.3)


def write(folder: Path, name: str) -> None:
    """Writes the files of a project."""
    net_class = {"name": "Default", "clearance": CLEARANCE, "track_width": TRACK, "via_diameter": VIA[0], "via_drill": VIA[1],
                 "diff_pair_gap": 0.25, "diff_pair_width": 0.2, "microvia_diameter": 0.3, "microvia_drill": 0.1,
                 "bus_width": 12, "wire_width": 6, "line_style": 0, "priority": 2147483647,
                 "pcb_color": "rgba(0, 0, 0, 0.000)", "schematic_color": "rgba(0, 0, 0, 0.000)"}
    project = {
        "board": {"design_settings": {"defaults": {}, "rules": RULES, "rule_severities": {}, "drc_exclusions": [],
                                      "meta": {"version": 2}}},
        "erc": {"erc_exclusions": [], "meta": {"version": 0}, "rule_severities": {}},
        "libraries": {"pinned_footprint_libs": [], "pinned_symbol_libs": []},
        "meta": {"filename": f"{name}.kicad_pro", "version": 3},
        "net_settings": {"classes": [net_class], "meta": {"version": 4}, "net_colors": None, "netclass_assignments": None,
                         "netclass_patterns": []},
        "schematic": {"legacy_lib_dir": "", "legacy_lib_list": [], "meta": {"version": 1}},
        "sheets": [],
        "text_variables": {},
    }
    (folder / f"{name}.kicad_pro").write_text(json.dumps(project, indent=2) + "\n", encoding="utf-8")
    for table, ours in (("sym", "neurorack.kicad_sym"), ("fp", "neurorack.pretty")):
        line = f'  (lib (name "neurorack")(type "KiCad")(uri "${{KIPRJMOD}}/../library/{ours}")(options "")(descr ""))'
        (folder / f"{table}-lib-table").write_text(f"({table}_lib_table\n  (version 7)\n{line}\n)\n", encoding="utf-8")
