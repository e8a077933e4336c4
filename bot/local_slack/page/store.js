// What the current user sees, kept up to date by the changes that the server pushes.

export const state = {
  you: "",
  config: { people: [], names: {}, commands: [], panels: [], intro: "" },
  users: new Map(),
  groups: new Map(),
  channels: new Map(),
  messages: new Map(),
  views: [],
  home: { view: null, open: false },
  channel: "",
  thread: "",
  unread: new Set(),
  connected: false,
};

const byId = (items) => new Map(items.map((item) => [item.id, item]));
const name = (message) => `${message.channel}/${message.ts}`;

export function showState(shown) {
  state.you = shown.you;
  state.users = byId(shown.users);
  state.groups = byId(shown.groups);
  state.channels = byId(shown.channels);
  state.messages = new Map(shown.messages.map((message) => [name(message), message]));
  state.views = shown.views;
  state.home.view = shown.home;
  if (!state.channels.has(state.channel)) state.channel = shown.channels[0]?.id ?? "";
  if (state.thread && !message(state.channel, state.thread)) state.thread = "";
}

export function applyChange(kind, subject) {
  if (kind === "user") state.users.set(subject.id, subject);
  if (kind === "group") state.groups.set(subject.id, subject);
  if (kind === "channel") keepChannel(subject);
  if (kind === "message") keepMessage(subject);
  if (kind === "message_gone") state.messages.delete(name(subject));
  if (kind === "view") keepView(subject);
  if (kind === "home") state.home.view = subject;
  if (kind === "view_gone") state.views = state.views.filter((view) => view.id !== subject.id);
}

function keepChannel(channel) {
  if (channel.members.includes(state.you)) state.channels.set(channel.id, channel);
  else state.channels.delete(channel.id);
  if (!state.channels.has(state.channel)) state.channel = state.channels.keys().next().value ?? "";
}

function keepMessage(message) {
  const isNew = !state.messages.has(name(message));
  state.messages.set(name(message), message);
  if (isNew && message.channel !== state.channel && message.user !== state.you) state.unread.add(message.channel);
}

function keepView(view) {
  const place = state.views.findIndex((other) => other.id === view.id);
  if (place < 0) state.views.push(view);
  else state.views[place] = view;
}

export const message = (channel, ts) => state.messages.get(`${channel}/${ts}`);

const inOrder = (one, other) => Number(one.ts) - Number(other.ts);
const said = () => [...state.messages.values()].filter((each) => each.channel === state.channel).sort(inOrder);
const isReply = (each) => each.thread_ts && each.thread_ts !== each.ts;

export const channelMessages = () => said().filter((each) => !isReply(each) || each.subtype === "thread_broadcast");
export const threadMessages = () => said().filter((each) => state.thread === each.ts || state.thread === each.thread_ts);

export const userName = (id) => state.users.get(id)?.name ?? state.config.names[id]?.name ?? id;

export function channelName(channel) {
  if (!channel) return "";
  if (!channel.is_im) return channel.name;
  return userName(channel.members.find((member) => member !== state.you) ?? state.you);
}
