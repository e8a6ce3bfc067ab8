// Networks as Lua text: layers, the hidden part of a network, and what an agent looks at.
#include "export.h"

#include <stdio.h>

static const char hyperbolic[] = //
    "local function bend(x)\n"
    "  for i = 1, #x do x[i] = tanh(x[i]) end\n"
    "  return x\n"
    "end\n\n";

static const char rectified[] = //
    "local function bend(x)\n"
    "  for i = 1, #x do\n"
    "    if x[i] < 0 then x[i] = 0 end\n"
    "  end\n"
    "  return x\n"
    "end\n\n";

static const char convolution[] = //
    "-- A convolution of images, channels outermost: W in rows of output channels.\n"
    "local function conv(layer, x)\n"
    "  local weight, n, k, stride, y = layer.weight, #layer.bias, layer.kernel, layer.stride, {}\n"
    "  for o = 1, n do\n"
    "    for top = 0, layer.height - k, stride do\n"
    "      for left = 1, layer.width - k + 1, stride do\n"
    "        local sum, at = layer.bias[o], o\n"
    "        for channel = 0, layer.channels - 1 do\n"
    "          for row = top, top + k - 1 do\n"
    "            local from = (channel * layer.height + row) * layer.width + left\n"
    "            for i = from, from + k - 1 do\n"
    "              sum, at = sum + weight[at] * x[i], at + n\n"
    "            end\n"
    "          end\n"
    "        end\n"
    "        y[#y + 1] = sum\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  return y\n"
    "end\n\n";

static const char body_begin[] = //
    "-- The hidden part of a network.\n"
    "local function body(network, x)\n";
static const char body_image[] = //
    "  local seen = x\n"
    "  for i = 1, #network.conv do seen = bend(conv(network.conv[i], seen)) end\n"
    "  for i = network.image + 1, #x do seen[#seen + 1] = x[i] end\n"
    "  x = seen\n";
static const char body_end[] = //
    "  for i = 1, #network.dense do x = bend(dense(network.dense[i], x)) end\n"
    "  return x\n"
    "end\n\n";

static const char look[] = //
    "local function look(memory, agent, obs)\n"
    "  if not memory[agent] then error(\"agent is \" .. tostring(agent) .. \", must be 1 to \" .. policy.agents, 3) "
    "end\n"
    "  if #obs ~= policy.obs_size then\n"
    "    error(\"obs has \" .. #obs .. \" numbers, must have \" .. policy.obs_size, 3)\n"
    "  end\n"
    "  local x = {}\n"
    "  for i = 1, #obs do x[i] = obs[i] end\n"
    "  return x\n"
    "end\n\n";

const char co_export_number[] = //
    "  for i = 1, policy.agents do x[#x + 1] = agent == i and 1 or 0 end\n";

void co_export_text(const char *text, CoWriter *lua) {
  co_write_format(lua, "%s", text);
}

bool co_export_list(const char *name, const CoReal *x, int count, CoWriter *lua, CoError *error) {
  co_write_format(lua, "%s = ", name);
  if (!co_policy_numbers(x, count, 10, lua, error)) return false;
  co_write_format(lua, "\n\n");
  return true;
}

bool co_export_dense(const char *name, const CoParams *params, CoDense layer, CoWriter *lua, CoError *error) {
  const CoParam *w = &params->items[layer.weight], *b = &params->items[layer.bias];
  char whole[96];
  co_write_format(lua, "%s = {}\n", name);
  snprintf(whole, sizeof whole, "%s.weight", name);
  if (!co_export_list(whole, params->values + w->offset, w->rows * w->cols, lua, error)) return false;
  snprintf(whole, sizeof whole, "%s.bias", name);
  return co_export_list(whole, params->values + b->offset, b->cols, lua, error);
}

void co_export_arithmetic(const CoBody *body, CoWriter *lua) {
  const bool image = body->config.conv_layers > 0;
  co_export_text(co_policy_arithmetic, lua);
  co_export_text(body->config.activation == CO_ACTIVATION_TANH ? hyperbolic : rectified, lua);
  if (image) co_export_text(convolution, lua);
  co_export_text(body_begin, lua);
  if (image) co_export_text(body_image, lua);
  co_export_text(body_end, lua);
}

static bool export_conv(const char *name, const CoParams *params, const CoBody *body, int i, CoWriter *lua,
                        CoError *error) {
  const CoConv *shape = &body->shape[i];
  if (!co_export_dense(name, params, body->convs[i], lua, error)) return false;
  co_write_format(lua, "%s.channels, %s.height, %s.width = %d, %d, %d\n", name, name, name, shape->in_channels,
                  shape->height, shape->width);
  co_write_format(lua, "%s.kernel, %s.stride = %d, %d\n\n", name, name, shape->kernel, shape->stride);
  return true;
}

bool co_export_body(const char *name, const CoParams *params, const CoBody *body, CoWriter *lua, CoError *error) {
  char whole[64];
  co_write_format(lua, "local %s = { conv = {}, dense = {}, image = %d }\n", name, body->image);
  for (int i = 0; i < body->config.conv_layers; i++) {
    snprintf(whole, sizeof whole, "%s.conv[%d]", name, i + 1);
    if (!export_conv(whole, params, body, i, lua, error)) return false;
  }
  for (int i = 0; i < body->config.layers; i++) {
    snprintf(whole, sizeof whole, "%s.dense[%d]", name, i + 1);
    if (!co_export_dense(whole, params, body->dense[i], lua, error)) return false;
  }
  return true;
}

void co_export_look(int obs_size, CoWriter *lua) {
  co_write_format(lua, "policy.obs_size = %d\n\n", obs_size);
  co_export_text(look, lua);
}
