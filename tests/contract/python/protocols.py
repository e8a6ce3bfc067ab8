"""The contracts of Gymnasium's Env and VectorEnv, PettingZoo's ParallelEnv and SMAC's class, kept by every environment.

Written from those projects' documentation. protocols.py standins: with stand-ins for the packages themselves.
"""
import inspect
import random
import sys

import common
import cohort
from common import flat, lists, refused, shape

STEPS = 40 if cohort.numpy is not None else 12


def draw(env, space, mask):
    return space.sample(mask) if mask is not None else space.sample()


def mask_for(space, mask):
    """What sample() of this space takes as a mask."""
    return tuple(mask) if mask is not None and shape(mask)[1:] and cohort.gymnasium is not None else mask


# --- Gymnasium's Env ---


def check_step(env, name, out):
    obs, reward, terminated, truncated, info = out
    assert env.observation_space.contains(obs), "%s: %r is not in %r" % (name, obs, env.observation_space)
    assert isinstance(reward, float) and reward == reward and abs(reward) < 1e9, name
    assert isinstance(terminated, bool) and isinstance(truncated, bool) and not (terminated and truncated), name
    assert isinstance(info, dict), name
    check_masks(env, name, info)


def check_masks(env, name, info):
    spec = env.copies.spec
    if not spec.actions:
        assert "action_mask" not in info, name
        return
    rows = lists(info["action_mask"])
    rows = [rows] if spec.agents == 1 else rows
    alive = [1] if spec.agents == 1 else lists(info["alive"])
    for mask, lives in zip(rows, alive):
        assert set(mask) <= {0, 1} and sum(mask) >= 1, "%s: the mask is %s" % (name, mask)
        assert lives or sum(mask) == 1, "%s: the dead have %d actions" % (name, sum(mask))


def legal(env, info):
    return draw(env, env.action_space, mask_for(env.action_space, info.get("action_mask")))


def play(env, name, seed, steps=STEPS):
    """What a random policy meets: everything that can be compared."""
    env.action_space.seed(seed)
    obs, info = env.reset(seed=seed)
    met = [lists(obs)]
    for _ in range(steps):
        action = legal(env, info)
        assert env.action_space.contains(action), name
        out = env.step(action)
        check_step(env, name, out)
        obs, reward, terminated, truncated, info = out
        met.append((lists(obs), reward, terminated, truncated, lists(list(info.values()))))
        if terminated or truncated:
            refused(lambda: env.step(action), "ended")
            obs, info = env.reset()
            met.append(lists(obs))
    return met


def gymnasium_env():
    for name in common.names():
        env, twin = cohort.Env(name), cohort.Env(name)
        out = env.reset(seed=5)
        assert isinstance(out, tuple) and len(out) == 2 and isinstance(out[1], dict), name
        assert env.observation_space.contains(out[0]), name
        assert out[1]["seed"] == 5
        check_masks(env, name, out[1])
        again = env.reset(seed=5)
        assert lists(out[0]) == lists(again[0]), "%s: the seed does not determine the reset" % name
        assert play(env, name, 7) == play(twin, name, 7), "%s: two instances disagree" % name
        kept = env.step(legal(env, env.reset()[1]))[0]
        before = lists(kept)
        env.reset()
        assert lists(kept) == before, "%s: what was shown changes" % name
        env.close(), twin.close()
        env.close()  # closing twice is fine
        refused(lambda: env.reset(), "closed")
        refused(lambda: env.step(0), "")
    parameters = inspect.signature(cohort.Env.reset).parameters
    assert all(parameters[word].kind is inspect.Parameter.KEYWORD_ONLY and parameters[word].default is None
               for word in ("seed", "options"))
    assert isinstance(cohort.Env.metadata["render_modes"], list) and cohort.Env.metadata["render_fps"] > 0


def gymnasium_before_reset():
    env = cohort.Env("taxi")
    refused(lambda: env.step(0), "reset first")
    refused(lambda: env.save_state(), "reset first")


def unseeded_resets_differ():
    env = cohort.Env("frozen_lake", observation="index", slippery=True)
    seeds = {env.reset()[1]["seed"] for _ in range(20)} | {cohort.Env("taxi").reset()[1]["seed"]}
    assert len(seeds) == 21
    seed = env.reset()[1]["seed"]  # and whatever the seed, it gives the episode again
    met = play(env, "frozen_lake", seed)
    assert met == play(env, "frozen_lake", seed)


def tables_show_rows():
    env = cohort.Env("Taxi-v3", observation="index")
    obs, _ = env.reset(seed=1)
    assert isinstance(obs, int) and env.observation_space.contains(obs) and env.observation_space.n == 500
    refused(lambda: cohort.Env("cartpole", observation="index"), "table")
    refused(lambda: cohort.Env("taxi", observation="pixels"), "observation")


# --- Gymnasium's VectorEnv ---


def vector_matches_singles():
    """Copy i of seed s is the single environment of seed s + i, step for step, in every mode."""
    for name in common.names():
        for mode in cohort.AutoresetMode:
            compare_vector(name, mode)


def compare_vector(name, mode, num_envs=3):
    vector = cohort.VectorEnv(name, num_envs, threads=1, autoreset_mode=mode)
    singles = [cohort.Env(name) for _ in range(num_envs)]
    obs, infos = vector.reset(seed=3)
    rows = [single.reset(seed=3 + i) for i, single in enumerate(singles)]
    assert vector.num_envs == num_envs and vector.metadata["autoreset_mode"] == mode
    assert vector.observation_space.contains(obs), name
    assert lists(obs) == [lists(row[0]) for row in rows], name
    over = [False] * num_envs
    for _ in range(STEPS):
        actions = vector.sample()
        obs, rewards, terminated, truncated, infos = vector.step(actions)
        assert vector.observation_space.contains(obs), name
        for i, single in enumerate(singles):
            seen = compare_copy(name, mode, single, actions[i], over[i], i, (rewards, terminated, truncated, infos))
            assert lists(obs[i]) == lists(seen), "%s, %s, copy %d" % (name, mode, i)
        over = [bool(a or b) for a, b in zip(terminated, truncated)]
        if mode.value == "Disabled" and any(over):
            refused(lambda: vector.step(vector.sample()), "reset it")
            obs, infos = vector.reset(options={"reset_mask": over})
            for i in range(num_envs):
                if over[i]:
                    assert lists(obs[i]) == lists(singles[i].reset()[0]), name
            over = [False] * num_envs
    for env in [vector] + singles:
        env.close()


def compare_copy(name, mode, single, action, over, i, out):
    """What the vector's copy must show, by the single environment; checks the rest of its step."""
    rewards, terminated, truncated, infos = out
    if over and mode.value == "NextStep":
        assert float(rewards[i]) == 0 and not terminated[i] and not truncated[i], name
        return single.reset()[0]
    obs, reward, end, cut, info = single.step(action)
    assert abs(float(rewards[i]) - reward) <= 1e-6 * max(1, abs(reward)), name
    assert bool(terminated[i]) == end and bool(truncated[i]) == cut, name
    for word in single.copies.spec.infos:
        assert float(infos[word][i]) == float(info[word]) and infos["_" + word][i], name
    if (end or cut) and mode.value == "SameStep":
        assert infos["_final_obs"][i] and lists(infos["final_obs"][i]) == lists(obs), name
        return single.reset()[0]
    return obs


def vector_over_threads():
    """Any number of threads, and seeds one by one, give the same."""
    def met(threads):
        env = cohort.VectorEnv("skirmish/3m", 9, threads=threads, autoreset_mode="SameStep")
        out = [lists(env.reset(seed=[100 + 3 * i for i in range(9)])[0])]
        for _ in range(100):
            obs, rewards, *_ = env.step(env.sample())
            out.append((lists(obs), lists(rewards)))
        env.close()
        return out

    assert met(1) == met(2) == met(4)


# --- PettingZoo's ParallelEnv ---


def check_zoo_step(env, name, agents, out):
    seen, rewards, terminations, truncations, infos = out
    for part in out:
        assert isinstance(part, dict) and set(part) == set(agents), "%s: %s, agents were %s" % (name, set(part), agents)
    for agent in agents:
        assert env.observation_space(agent).contains(seen[agent]), name
        assert isinstance(rewards[agent], float), name
        assert isinstance(terminations[agent], bool) and isinstance(truncations[agent], bool), name
    gone = {agent for agent in agents if terminations[agent] or truncations[agent]}
    assert set(env.agents) == set(agents) - gone, "%s: agents leave when they end, and only then" % name


def zoo_actions(env, infos):
    return {agent: draw(env, env.action_space(agent), infos[agent].get("action_mask")) for agent in env.agents}


def zoo_play(env, name, seed):
    for agent in env.possible_agents:
        env.action_space(agent).seed(seed)
    seen, infos = env.reset(seed=seed)
    met = [[lists(seen[agent]) for agent in env.agents]]
    for _ in range(STEPS):
        agents = list(env.agents)
        out = env.step(zoo_actions(env, infos))
        check_zoo_step(env, name, agents, out)
        seen, infos = out[0], out[4]
        met.append([(agent, lists(seen[agent]), out[1][agent], out[2][agent], out[3][agent]) for agent in agents])
        if not env.agents:
            seen, infos = env.reset()
            assert env.agents == env.possible_agents, name
    return met


def pettingzoo_parallel():
    for name in common.names():
        env, twin = cohort.ParallelEnv(name), cohort.ParallelEnv(name)
        seen, infos = env.reset(seed=1)
        assert set(seen) == set(infos) == set(env.agents) == set(env.possible_agents), name
        assert len(set(env.possible_agents)) == env.max_num_agents == env.copies.spec.agents == env.num_agents, name
        for agent in env.agents:
            assert env.observation_space(agent) is env.observation_space(agent), name
            assert env.action_space(agent) is env.action_space(agent), name
            assert env.observation_space(agent).contains(seen[agent]), name
        assert zoo_play(env, name, 3) == zoo_play(twin, name, 3), "%s: two instances disagree" % name
        if env.copies.spec.global_size:
            assert env.state_space.contains(env.state()), name
        else:
            refused(env.state, "no global state")
        env.close(), twin.close()


def the_dead_leave():
    """On skirmish agents die before the end: they leave, are never asked again, and see zeros when they stay."""
    for keep in (False, True):
        env, deaths = cohort.ParallelEnv("skirmish/3m", keep_dead=keep), 0
        for seed in range(5):
            seen, infos = env.reset(seed=seed)
            while env.agents:
                before = list(env.agents)
                seen, rewards, gone, cut, infos = env.step(zoo_actions(env, infos))
                ended = all(gone.values()) or all(cut.values())
                alive = common.lists(env.copies.alive[0])
                for agent in before:
                    if not alive[env.place[agent]]:
                        assert set(flat(lists(seen[agent]))) == {0.0}
                        deaths += not ended
                        assert keep or agent not in env.agents
                assert not keep or ended or env.agents == env.possible_agents
        assert deaths > 3
        refused(lambda: env.step({}), "ended")


def turns_are_told():
    env = cohort.ParallelEnv("tictactoe")
    _, infos = env.reset(seed=1)
    first, second = env.agents
    assert infos[first]["acting"] and not infos[second]["acting"]
    seen, *_, infos = env.step({first: 4})
    assert infos[second]["acting"] and not infos[first]["acting"] and not lists(infos[second]["action_mask"])[4]
    refused(lambda: env.step({first: 0}), "no action for " + second)
    refused(lambda: env.step({second: 4}), "agent 1", "not available")
    refused(lambda: env.step({"nobody": 1}), "nobody")
    refused(lambda: env.step([1, 2]), "dict")


def packages_are_used():
    """Where the packages are importable their classes are the bases, and their spaces the spaces."""
    if "standins" not in sys.argv:
        return
    import standins
    env, vector, zoo = cohort.Env("taxi"), cohort.VectorEnv("taxi", 2), cohort.ParallelEnv("hunters")
    env.reset(seed=3)
    assert isinstance(env, standins.Env) and env.np_random is not None
    assert isinstance(vector, standins.VectorEnv) and isinstance(zoo, standins.ParallelEnv)
    assert isinstance(vector.metadata["autoreset_mode"], standins.AutoresetMode)
    for space in (env.action_space, env.observation_space, vector.action_space, zoo.action_space(zoo.possible_agents[0])):
        assert isinstance(space, standins.Space)


# --- SMAC ---


def smac_class():
    """What PyMARL's episode runner asks for, in its order."""
    for name in ("3m", "2s3z", "10gen_terran"):
        env = cohort.StarCraft2Env(map_name=name, seed=4)
        facts = env.get_env_info()
        assert set(facts) == {"state_shape", "obs_shape", "n_actions", "n_agents", "episode_limit"}
        obs, state = env.reset()
        total, steps, terminated, dice = 0.0, 0, False, random.Random(1)
        while not terminated:
            state, masks, obs = env.get_state(), env.get_avail_actions(), env.get_obs()
            assert shape(state) == (facts["state_shape"],) and shape(masks) == (facts["n_agents"], facts["n_actions"])
            assert len(obs) == facts["n_agents"] and shape(obs[0]) == (facts["obs_shape"],)
            assert masks[1] == env.get_avail_agent_actions(1) and lists(obs[1]) == lists(env.get_obs_agent(1))
            reward, terminated, info = env.step([dice.choice([i for i, x in enumerate(mask) if x]) for mask in masks])
            assert isinstance(reward, float) and isinstance(terminated, bool) and isinstance(info["battle_won"], bool)
            assert info["dead_allies"] == env.n_agents - sum(lists(env.copies.alive[0]))
            assert "episode_limit" not in info
            total, steps = total + reward, steps + 1
        assert steps <= facts["episode_limit"] and total > 0 and (total <= 20.0001 or name != "3m")
        stats = env.get_stats()
        assert stats["battles_game"] == 1 and stats["battles_won"] == info["battle_won"]
        env.close()


def smac_time_runs_out():
    for continuing in (False, True):
        env = cohort.StarCraft2Env("3m", seed=1, enemy="stand", continuing_episode=continuing)
        env.reset()
        for step in range(env.episode_limit):
            reward, terminated, info = env.step([1] * 3)
            assert terminated == (step + 1 == env.episode_limit)
        assert info.get("episode_limit", False) is continuing and env.get_stats()["timeouts"] == 1


def smac_arguments():
    """All that PyMARL's sc2.yaml passes; each other value does what it says or is refused."""
    env = cohort.StarCraft2Env(
        continuing_episode=False, difficulty="7", game_version=None, map_name="3m", move_amount=2, obs_all_health=True,
        obs_instead_of_state=False, obs_last_action=False, obs_own_health=True, obs_pathing_grid=False,
        obs_terrain_height=False, obs_timestep_number=False, reward_death_value=10, reward_defeat=0,
        reward_negative_scale=0.5, reward_only_positive=True, reward_scale=True, reward_scale_rate=20,
        reward_sparse=False, reward_win=200, replay_dir="", replay_prefix="", state_last_action=True,
        state_timestep_number=False, step_mul=8, debug=False, seed=1)
    plain = env.get_env_info()
    assert env.copies.spec.settings["reward"] == "smac"

    def settings(**given):
        return cohort.StarCraft2Env(**given).copies.spec.settings

    assert settings(reward_sparse=True)["reward"] == "sparse"
    assert settings(reward_only_positive=False)["reward"] == "smac_negative"
    assert float(settings(reward_scale=False)["reward_scale"]) == 0
    assert cohort.StarCraft2Env(obs_timestep_number=True).get_obs_size() > plain["obs_shape"]
    own = cohort.StarCraft2Env(obs_instead_of_state=True)
    own.reset()
    assert own.get_state_size() == 3 * plain["obs_shape"] == len(own.get_state())
    refused(lambda: settings(difficulty="A"), "difficulty")
    refused(lambda: settings(heuristic_ai=True), "heuristic_ai")
    refused(lambda: settings(map_name="3n"), "3m")
    refused(lambda: settings(obs_al_health=False), "obs_all_health")
    refused(lambda: settings(enemy="player"), "one team")
    again = [cohort.StarCraft2Env("3m", seed=9) for _ in range(2)]
    assert [lists(list(env.reset()[0])) for env in again][0] == lists(list(again[1].get_obs()))
    again[0].seed(9)
    assert lists(list(again[0].reset()[0])) == lists(again[1].get_obs()) and again[0].seed() == 9


common.run(gymnasium_env, gymnasium_before_reset, unseeded_resets_differ, tables_show_rows, vector_matches_singles,
           vector_over_threads, pettingzoo_parallel, the_dead_leave, turns_are_told, packages_are_used, smac_class,
           smac_time_runs_out, smac_arguments)
