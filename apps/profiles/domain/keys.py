"""The settings PrusaSlicer 2.5.0 knows: what ``prusa-slicer --save`` writes. It ignores any other without a word, so we refuse it."""

from __future__ import annotations

import re

_NAMES = """
    avoid_crossing_perimeters avoid_crossing_perimeters_max_detour bed_shape bed_temperature before_layer_gcode between_objects_gcode
    bottom_fill_pattern bottom_solid_layers bottom_solid_min_thickness bridge_acceleration bridge_angle bridge_fan_speed
    bridge_flow_ratio bridge_speed brim_separation brim_type brim_width clip_multipart_objects color_change_gcode colorprint_heights
    complete_objects cooling cooling_tube_length cooling_tube_retraction default_acceleration deretract_speed disable_fan_first_layers
    dont_support_bridges draft_shield duplicate_distance elefant_foot_compensation end_filament_gcode end_gcode
    ensure_vertical_shell_thickness external_perimeter_extrusion_width external_perimeter_speed external_perimeters_first
    extra_loading_move extra_perimeters extruder_clearance_height extruder_clearance_radius extruder_colour extruder_offset
    extrusion_axis extrusion_multiplier extrusion_width fan_always_on fan_below_layer_time filament_colour filament_cooling_final_speed
    filament_cooling_initial_speed filament_cooling_moves filament_cost filament_density filament_diameter filament_load_time
    filament_loading_speed filament_loading_speed_start filament_max_volumetric_speed filament_minimal_purge_on_wipe_tower
    filament_notes filament_ramming_parameters filament_soluble filament_spool_weight filament_toolchange_delay filament_type
    filament_unload_time filament_unloading_speed filament_unloading_speed_start fill_angle fill_density fill_pattern
    first_layer_acceleration first_layer_acceleration_over_raft first_layer_bed_temperature first_layer_extrusion_width
    first_layer_height first_layer_speed first_layer_speed_over_raft first_layer_temperature full_fan_speed_layer fuzzy_skin
    fuzzy_skin_point_dist fuzzy_skin_thickness gap_fill_enabled gap_fill_speed gcode_comments gcode_flavor gcode_label_objects
    gcode_resolution gcode_substitutions high_current_on_filament_swap infill_acceleration infill_anchor infill_anchor_max
    infill_every_layers infill_extruder infill_extrusion_width infill_first infill_only_where_needed infill_overlap infill_speed
    interface_shells ironing ironing_flowrate ironing_spacing ironing_speed ironing_type layer_gcode layer_height machine_limits_usage
    machine_max_acceleration_e machine_max_acceleration_extruding machine_max_acceleration_retracting machine_max_acceleration_travel
    machine_max_acceleration_x machine_max_acceleration_y machine_max_acceleration_z machine_max_feedrate_e machine_max_feedrate_x
    machine_max_feedrate_y machine_max_feedrate_z machine_max_jerk_e machine_max_jerk_x machine_max_jerk_y machine_max_jerk_z
    machine_min_extruding_rate machine_min_travel_rate max_fan_speed max_layer_height max_print_height max_print_speed
    max_volumetric_extrusion_rate_slope_negative max_volumetric_extrusion_rate_slope_positive max_volumetric_speed min_bead_width
    min_fan_speed min_feature_size min_layer_height min_print_speed min_skirt_length mmu_segmented_region_max_width notes
    nozzle_diameter only_retract_when_crossing_perimeters ooze_prevention output_filename_format overhangs parking_pos_retraction
    pause_print_gcode perimeter_acceleration perimeter_extruder perimeter_extrusion_width perimeter_generator perimeter_speed perimeters
    post_process printer_model printer_notes printer_technology raft_contact_distance raft_expansion raft_first_layer_density
    raft_first_layer_expansion raft_layers remaining_times resolution retract_before_travel retract_before_wipe retract_layer_change
    retract_length retract_length_toolchange retract_lift retract_lift_above retract_lift_below retract_restart_extra
    retract_restart_extra_toolchange retract_speed seam_position silent_mode single_extruder_multi_material
    single_extruder_multi_material_priming skirt_distance skirt_height skirts slice_closing_radius slicing_mode
    slowdown_below_layer_time small_perimeter_speed solid_infill_below_area solid_infill_every_layers solid_infill_extruder
    solid_infill_extrusion_width solid_infill_speed spiral_vase standby_temperature_delta start_filament_gcode start_gcode
    support_material support_material_angle support_material_auto support_material_bottom_contact_distance
    support_material_bottom_interface_layers support_material_buildplate_only support_material_closing_radius
    support_material_contact_distance support_material_enforce_layers support_material_extruder support_material_extrusion_width
    support_material_interface_contact_loops support_material_interface_extruder support_material_interface_layers
    support_material_interface_pattern support_material_interface_spacing support_material_interface_speed support_material_pattern
    support_material_spacing support_material_speed support_material_style support_material_synchronize_layers
    support_material_threshold support_material_with_sheath support_material_xy_spacing temperature template_custom_gcode thick_bridges
    thin_walls threads thumbnails thumbnails_format toolchange_gcode top_fill_pattern top_infill_extrusion_width top_solid_infill_speed
    top_solid_layers top_solid_min_thickness travel_speed travel_speed_z use_firmware_retraction use_relative_e_distances
    use_volumetric_e variable_layer_height wall_distribution_count wall_transition_angle wall_transition_filter_deviation
    wall_transition_length wipe wipe_into_infill wipe_into_objects wipe_tower wipe_tower_bridging wipe_tower_brim_width
    wipe_tower_no_sparse_layers wipe_tower_rotation_angle wipe_tower_width wipe_tower_x wipe_tower_y wiping_volumes_extruders
    wiping_volumes_matrix xy_size_compensation z_offset
"""

KNOWN = frozenset(_NAMES.split())
"""Every key of an effective configuration."""

LEFT_OUT = re.compile(
    r"inherits\w*|compatible_print\w*|print_?host\w*|host_type|\w+_settings_id|printer_(model|vendor|variant)|default_\w+_profile"
    r"|filament_vendor|colorprint_heights|threads|thumbnails\w*|bed_custom_\w+|notes|\w+_notes|output_filename_format|silent_mode"
)
"""Keys of exported files that say nothing about a print: names and connections of presets (passwords among them), notes, the computer's own."""

DEMANDED = (
    "bed_shape",
    "max_print_height",
    "nozzle_diameter",
    "filament_diameter",
    "filament_density",
    "filament_type",
    "temperature",
    "first_layer_temperature",
    "bed_temperature",
    "first_layer_bed_temperature",
    "layer_height",
    "first_layer_height",
    "fill_density",
    "perimeter_generator",
    "gcode_flavor",
    "gcode_label_objects",
    "use_relative_e_distances",
    "machine_limits_usage",
    "start_gcode",
    "end_gcode",
)
"""Settings whose default would be silently wrong (bed 200 by 200, density 0, layers of 0.3 mm): a profile says each of them."""
