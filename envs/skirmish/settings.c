// Skirmish's settings: SMAC's constructor arguments under our names, with PyMARL's values as a profile.
#include "skirmish/skirmish.h"

const CoField skirmish_fields[] = {
    CO_SOURCE(Config, map, "3m", "maps", "the battle: SMAC's map of that name, or a file of your own"),
    CO_INT(Config, units, "0", 0, SIDE, "allies on maps that draw their armies; 0: as many as the map says"),
    CO_INT(Config, enemies, "0", 0, SIDE, "enemies on maps that draw their armies; 0: as many as the map says"),
    CO_CHOICE(Config, enemy, "map", "map attack_move hunt nearest guard stand player",
              "what the enemies do: the map's order, another, or play as a second team"),
    CO_CHOICE(Config, reward, "fixed", "fixed smac sparse smac_negative",
              "fixed: each point of health is paid for once; smac: the size of its net change, recovery too; "
              "smac_negative: losses count too; sparse: 1 for a win, -1 for a defeat"),
    CO_NUMBER(Config, reward_scale, "20", 0, 1e6, "what destroying every enemy earns in all; 0: no scaling"),
    CO_NUMBER(Config, reward_win, "200", 0, 1e6, "for a win, before scaling"),
    CO_NUMBER(Config, reward_defeat, "0", -1e6, 1e6, "for a defeat, before scaling"),
    CO_NUMBER(Config, reward_death, "10", 0, 1e6, "for each enemy killed, before scaling"),
    CO_NUMBER(Config, reward_loss, "0.5", 0, 1e6, "what own losses count for with reward=smac_negative"),
    CO_INT(Config, step_mul, "8", 1, 1000, "ticks (1/16 s) from one action to the next"),
    CO_CHOICE(Config, clock, "sc2", "sc2 smaclite", "smaclite: everything moves and fires 1.4 times as fast"),
    CO_CHOICE(Config, type_bits, "fixed", "fixed smac",
              "order of an enemy's type bits: as the allies', or as SMAC has it (zealots before stalkers)"),
    CO_CHOICE(Config, ranges, "map", "map smac unit", "sight and attack as set here, or each type's own (SMACv2)"),
    CO_NUMBER(Config, sight, "9", 0, 100, "how far a unit sees"),
    CO_NUMBER(Config, attack, "6", 0, 100, "how far away a unit may be told to attack"),
    CO_NUMBER(Config, move, "2", 0.01, 32, "how far a move order goes"),
    CO_BOOL(Config, cooldown_jitter, "true", "each attack is delayed by -1 to 2 ticks at random"),
    CO_NUMBER(Config, spawn_jitter, "0.25", 0, 4, "how far from its place in the formation a unit may start"),
    CO_CHOICE(Config, illegal, "error", "error stop", "an action outside the mask: an error, or the unit stops"),
    CO_BOOL(Config, obs_all_health, "true", "an agent sees others' health and shield"),
    CO_BOOL(Config, obs_own_health, "true", "an agent sees its own"),
    CO_CHOICE(Config, obs_own_position, "map", "map no yes", "an agent sees where on the map it is (SMACv2)"),
    CO_BOOL(Config, obs_last_action, "false", "an agent sees allies' last actions"),
    CO_BOOL(Config, obs_pathing, "false", "an agent sees which of eight places around it can be walked on"),
    CO_CHOICE(Config, obs_timestep, "off", "off fixed smac",
              "an agent sees the share of the episode gone by; smac: with its unused number before"),
    CO_BOOL(Config, state_last_action, "true", "the global state holds the last actions"),
    CO_BOOL(Config, state_timestep, "false", "the global state holds the share of the episode gone by"),
    CO_BOOL(Config, draw_ranges, "false", "pictures show how far each weapon reaches"),
    CO_FIELDS_END,
};

const CoProfile skirmish_profiles[] = {
    {"pymarl", "reward", "smac"},
    {"pymarl", "type_bits", "smac"},
    {NULL, NULL, NULL},
};
