// Every method of messaging-api-messenger, each with what it returns or throws.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { appId, appSecret, callbackUrl, everyMethod, graph, methodsOf, nobody, observe, pageId, pageToken, psid, require, verifyToken } from './platform.mjs';

const { Messenger, MessengerBatch, MessengerClient } = require('messaging-api-messenger');
const options = { appId, appSecret, accessToken: pageToken, version: '23.0', ...(graph && { origin: graph }) };
const called = new Set();
const client = observe(new MessengerClient(options), called);

const image = 'https://example.com/picture.png';
const success = { result: 'success' };
const isNumber = /^\d+$/;
const buttons = [{ type: 'postback', title: 'Buy', payload: 'BUY' }];
const elements = [{ title: 'Shirt', subtitle: 'Blue', imageUrl: image, buttons }];

const sent = (answer) => {
  assert.deepEqual(Object.keys(answer).sort(), ['messageId', 'recipientId']);
  assert.equal(answer.recipientId, psid);
  assert.match(answer.messageId, /^m_/);
};

// thrown is what axios-error makes of an answer that says no.
const thrown = (status, code, text, subcode) => (e) => {
  assert.equal(e.message, `Messenger API - ${code} OAuthException ${text}`);
  assert.equal(e.response.status, status);
  const { error } = e.response.data;
  assert.equal(error.code, code);
  assert.equal(error.errorSubcode ?? error.error_subcode, subcode);
  assert.ok(error.fbtraceId ?? error.fbtrace_id);
  return true;
};
const unsupported = (e) => {
  assert.match(e.message, /^Messenger API - 100 GraphMethodException Unsupported (get|post) request\./);
  assert.equal(e.response.status, 400);
  return true;
};

test('the page and its app', async () => {
  assert.equal((await client.getPageInfo()).id, pageId);
  const page = await client.getPageInfo({ fields: ['name', 'category'] });
  assert.deepEqual(Object.keys(page).sort(), ['category', 'id', 'name']);

  // It proves the page's token beside the app's, which Meta refuses.
  await assert.rejects(client.debugToken(), (e) => e.message === 'Messenger API - 100 GraphMethodException Invalid appsecret_proof provided in the API argument');
  const token = await new MessengerClient({ ...options, skipAppSecretProof: true }).debugToken();
  assert.equal(token.appId, appId);
  assert.equal(token.isValid, true);
  assert.equal(token.type, 'PAGE');
});

test('subscriptions', async () => {
  assert.deepEqual(await client.createSubscription({ callbackUrl, verifyToken, fields: ['messages', 'messaging_postbacks'] }), { success: true });
  const [all] = await client.getSubscriptions();
  assert.equal(all.object, 'page');
  assert.equal(all.callbackUrl, callbackUrl);
  assert.equal(all.active, true);
  assert.deepEqual(all.fields.map((f) => f.name).sort(), ['messages', 'messaging_postbacks']);
  assert.deepEqual(await client.getPageSubscription(), all);
});

test('a person', async () => {
  const person = await client.getUserProfile(psid);
  assert.deepEqual(Object.keys(person).sort(), ['firstName', 'id', 'lastName', 'name', 'profilePic']);
  assert.equal(person.id, psid);
  assert.equal(person.name, person.firstName + ' ' + person.lastName);
  const { locale } = await client.getUserProfile(psid, { fields: ['locale'] });
  assert.match(locale, /^[a-z]{2}_[A-Z]{2}$/);
});

test('the Messenger profile', async () => {
  await assert.rejects(client.setPersistentMenu(buttons), thrown(400, 100, '(#100) You must set a Get Started button if you also wish to use persistent menu.', 2018145));

  assert.equal(await client.getGetStarted(), null);
  assert.deepEqual(await client.setGetStarted('GET_STARTED'), success);
  assert.deepEqual(await client.getGetStarted(), { payload: 'GET_STARTED' });

  assert.deepEqual(await client.setPersistentMenu(buttons), success);
  const [menu] = await client.getPersistentMenu();
  assert.equal(menu.locale, 'default');
  assert.equal(menu.composerInputDisabled, false);
  assert.deepEqual(menu.callToActions, buttons);

  assert.deepEqual(await client.setGreeting('Hello {{user_first_name}}'), success);
  assert.deepEqual(await client.getGreeting(), [{ locale: 'default', text: 'Hello {{user_first_name}}' }]);
  assert.deepEqual(await client.setIceBreakers([{ question: 'Where?', payload: 'WHERE' }]), success);
  assert.deepEqual(await client.getIceBreakers(), [{ question: 'Where?', payload: 'WHERE' }]);
  assert.deepEqual(await client.setWhitelistedDomains(['https://example.com']), success);
  assert.deepEqual((await client.getWhitelistedDomains()).map((d) => d.replace(/\/$/, '')), ['https://example.com']);
  assert.deepEqual(await client.setAccountLinkingURL('https://example.com/link'), success);
  assert.equal(await client.getAccountLinkingURL(), 'https://example.com/link');
  assert.deepEqual(await client.setMessengerProfile({ greeting: [{ locale: 'default', text: 'Hello' }] }), success);
  assert.deepEqual(await client.getMessengerProfile(['greeting', 'get_started']), [
    { greeting: [{ locale: 'default', text: 'Hello' }], getStarted: { payload: 'GET_STARTED' } },
  ]);

  await client.deletePersistentMenu().then((r) => assert.deepEqual(r, success));
  for (const remove of [client.deleteGreeting, client.deleteIceBreakers, client.deleteWhitelistedDomains, client.deleteAccountLinkingURL, client.deleteGetStarted]) {
    assert.deepEqual(await remove(), success);
  }
  assert.deepEqual(await client.deleteMessengerProfile(['greeting']), success);
  for (const get of [client.getPersistentMenu, client.getGreeting, client.getIceBreakers, client.getWhitelistedDomains, client.getAccountLinkingURL, client.getGetStarted]) {
    assert.equal(await get(), null);
  }
});

test('the menu of one person', async () => {
  await client.setGetStarted('GET_STARTED');
  assert.deepEqual(await client.setUserPersistentMenu(psid, buttons), success);
  const [menu] = await client.getUserPersistentMenu(psid);
  assert.deepEqual(menu.callToActions, buttons);
  assert.deepEqual(await client.deleteUserPersistentMenu(psid), success);
  assert.equal((await client.getUserPersistentMenu(psid)) ?? null, null);
});

test('messages', async () => {
  sent(await client.sendRawBody({ messagingType: 'RESPONSE', recipient: { id: psid }, message: { text: 'raw' } }));
  sent(await client.sendMessage(psid, { text: 'hello' }));
  sent(await client.sendText(psid, 'hello', { quickReplies: [{ contentType: 'text', title: 'Red', payload: 'RED' }] }));
  sent(await client.sendText({ id: psid }, 'hello', { messagingType: 'RESPONSE' }));
  sent(await client.sendText(psid, 'hello', { tag: 'HUMAN_AGENT' }));
  sent(await client.sendAttachment(psid, { type: 'image', payload: { url: image } }));
  const form = Messenger.createImageFormData(Buffer.from('\x89PNG'), { filename: 'a.png', contentType: 'image/png' });
  const { attachmentId, ...answer } = await client.sendMessageFormData(psid, form);
  sent(answer);
});

test('media, by URL, as bytes and as a stream', async () => {
  for (const [send, name] of [[client.sendAudio, 'a.mp3'], [client.sendImage, 'a.png'], [client.sendVideo, 'a.mp4'], [client.sendFile, 'a.pdf']]) {
    sent(await send(psid, 'https://example.com/' + name));
    const { attachmentId, ...answer } = await send(psid, Buffer.from('bytes'), { filename: name });
    sent(answer);
  }
  const { attachmentId, ...answer } = await client.sendFile(psid, fs.createReadStream(new URL(import.meta.url)), { filename: 'a.txt' });
  sent(answer);
});

test('uploads', async () => {
  for (const [upload, send, name] of [
    [client.uploadAudio, client.sendAudio, 'a.mp3'], [client.uploadImage, client.sendImage, 'a.png'],
    [client.uploadVideo, client.sendVideo, 'a.mp4'], [client.uploadFile, client.sendFile, 'a.pdf'],
  ]) {
    for (const what of ['https://example.com/' + name, Buffer.from('bytes')]) {
      const { attachmentId } = await upload(what, { isReusable: true, filename: name });
      assert.match(attachmentId, isNumber);
      const { attachmentId: same, ...answer } = await send(psid, { attachmentId });
      sent(answer);
    }
  }
  assert.match((await client.uploadAttachment('image', image)).attachmentId, isNumber);
});

test('templates', async () => {
  sent(await client.sendTemplate(psid, { templateType: 'button', text: 'Well?', buttons }));
  sent(await client.sendButtonTemplate(psid, 'Well?', buttons));
  sent(await client.sendGenericTemplate(psid, elements, { imageAspectRatio: 'square' }));
  const { attachmentId } = await client.uploadImage(image, { isReusable: true });
  sent(await client.sendMediaTemplate(psid, [{ mediaType: 'image', attachmentId, buttons }]));
  sent(await client.sendReceiptTemplate(psid, {
    recipientName: 'Ada Lovelace', orderNumber: '1', currency: 'USD', paymentMethod: 'Visa', timestamp: '1428444852',
    elements: [{ title: 'Shirt', quantity: 1, price: 50, currency: 'USD' }], summary: { totalCost: 50 },
  }));
  sent(await client.sendOneTimeNotifReqTemplate(psid, { title: 'When it is there', payload: 'THERE' }));
});

test('templates that ended', async () => {
  const passenger = { name: 'Ada', passengerId: 'p1' };
  for (const send of [client.sendAirlineBoardingPassTemplate, client.sendAirlineCheckinTemplate, client.sendAirlineItineraryTemplate, client.sendAirlineUpdateTemplate]) {
    await assert.rejects(send(psid, { introMessage: 'Here', locale: 'en_US', passengerInfo: [passenger] }), (e) => {
      assert.match(e.message, /^Messenger API - 100 OAuthException /);
      assert.equal(e.response.status, 400);
      return true;
    });
  }
});

test('sender actions', async () => {
  const { personaId } = { personaId: (await client.createPersona({ name: 'Actor', profilePictureUrl: image })).id };
  for (const answer of [
    await client.sendSenderAction(psid, 'typing_on'), await client.markSeen(psid), await client.typingOn(psid),
    await client.typingOff(psid), await client.typingOn(psid, { personaId }),
  ]) {
    assert.deepEqual(answer, { recipientId: psid });
  }
  await client.deletePersona(personaId);
});

test('personas', async () => {
  const ids = [];
  for (let i = 0; i < 30; i++) {
    const { id } = await client.createPersona({ name: 'Persona ' + i, profilePictureUrl: image });
    assert.match(id, isNumber);
    ids.push(id);
  }
  assert.deepEqual(await client.getPersona(ids[0]), { id: ids[0], name: 'Persona 0', profilePictureUrl: image });
  const page = await client.getPersonas();
  assert.ok(page.data.length < ids.length);
  assert.equal(typeof page.paging.cursors.after, 'string');
  const all = await client.getAllPersonas();
  assert.deepEqual(all.map((p) => p.id).sort(), ids.sort());
  sent(await client.sendText(psid, 'hello', { personaId: ids[0] }));
  for (const id of ids) assert.deepEqual(await client.deletePersona(id), { success: true });
  await assert.rejects(client.getPersona(ids[0]), (e) => e.response.data.error.code === 100 && /^Messenger API - 100 \w+ Unsupported get request\. Object with ID/.test(e.message));
  assert.deepEqual(await client.getAllPersonas(), []);
});

test('labels', async () => {
  const { id } = await client.createLabel('friends');
  assert.match(id, isNumber);
  assert.deepEqual(await client.associateLabel(psid, id), { success: true });
  assert.deepEqual((await client.getAssociatedLabels(psid)).data, [{ id, name: 'friends' }]);
  assert.deepEqual(await client.getLabelDetails(id, { fields: ['name'] }), { id, name: 'friends' });
  assert.deepEqual((await client.getLabelList()).data, [{ id, name: 'friends' }]);
  assert.deepEqual(await client.dissociateLabel(psid, id), { success: true });
  assert.deepEqual((await client.getAssociatedLabels(psid)).data, []);
  assert.deepEqual(await client.deleteLabel(id), { success: true });
  await assert.rejects(client.getLabelDetails(id), (e) => e.response.data.error.code === 100);
});

test('whose a thread is', async () => {
  assert.deepEqual(await client.getThreadOwner(psid), { appId: Number(appId) });
  assert.deepEqual(await client.passThreadControl(psid, 123456789, 'over to you'), { success: true });
  assert.deepEqual(await client.getThreadOwner(psid), { appId: 123456789 });
  assert.deepEqual(await client.takeThreadControl(psid, 'back'), { success: true });
  assert.deepEqual(await client.passThreadControlToPageInbox(psid, 'a person asks'), { success: true });
  assert.deepEqual(await client.getThreadOwner(psid), { appId: 263902037430900 });
  assert.deepEqual(await client.requestThreadControl(psid, 'please'), { success: true });
  assert.deepEqual(await client.takeThreadControl(psid), { success: true });
  assert.deepEqual(await client.getSecondaryReceivers(), []);
});

test('insights', async () => {
  assert.deepEqual(await client.getInsights(['page_messages_new_conversations_unique'], { since: 1428444852 }), []);
  for (const get of [client.getBlockedConversations, client.getReportedConversations, client.getTotalMessagingConnections, client.getNewConversations]) {
    assert.equal(await get(), undefined);
  }
});

test('language processing', async () => {
  assert.deepEqual(await client.setNLPConfigs({ nlpEnabled: true, model: 'ENGLISH' }), { success: true });
  assert.deepEqual(await client.enableNLP(), { success: true });
  assert.deepEqual(await client.disableNLP(), { success: true });
});

test('batches', async () => {
  const called = new Set();
  const batch = observe(MessengerBatch, called);
  const { id: label } = await client.createLabel('batch');
  const answers = await client.sendBatch([
    batch.sendRequest({ messagingType: 'UPDATE', recipient: { id: psid }, message: { text: 'hello & good = bye' } }),
    batch.sendMessage(psid, { text: 'hello' }, { name: 'second' }),
    batch.sendText(psid, 'hello', { dependsOn: 'second', quickReplies: [{ contentType: 'text', title: 'Red', payload: 'RED' }] }),
    batch.sendAttachment(psid, { type: 'image', payload: { url: image } }),
    batch.sendAudio(psid, 'https://example.com/a.mp3'),
    batch.sendImage(psid, image),
    batch.sendVideo(psid, 'https://example.com/a.mp4'),
    batch.sendFile(psid, 'https://example.com/a.pdf'),
    batch.sendTemplate(psid, { templateType: 'button', text: 'Well?', buttons }),
    batch.sendButtonTemplate(psid, 'Well?', buttons),
    batch.sendGenericTemplate(psid, elements),
    batch.sendReceiptTemplate(psid, {
      recipientName: 'Ada Lovelace', orderNumber: '1', currency: 'USD', paymentMethod: 'Visa',
      elements: [{ title: 'Shirt', price: 50 }], summary: { totalCost: 50 },
    }),
    batch.sendMediaTemplate(psid, [{ mediaType: 'image', url: 'https://www.facebook.com/photo.php?fbid=1' }]),
    batch.sendOneTimeNotifReqTemplate(psid, { title: 'When it is there', payload: 'THERE' }),
  ]);
  assert.equal(answers.length, 14);
  for (const { code, body, headers } of answers) {
    assert.equal(code, 200, JSON.stringify(body));
    sent(body);
    assert.ok(headers.some((h) => h.name === 'Content-Type'));
  }

  const ended = await client.sendBatch([
    batch.sendAirlineBoardingPassTemplate(psid, {}), batch.sendAirlineCheckinTemplate(psid, {}),
    batch.sendAirlineItineraryTemplate(psid, {}), batch.sendAirlineUpdateTemplate(psid, {}),
    batch.sendText(nobody, 'hello'),
  ], { includeHeaders: false });
  for (const { code, body, headers } of ended) {
    assert.equal(code, 400);
    assert.equal(body.error.code, 100);
    assert.equal(headers, undefined);
  }
  assert.equal(ended[4].body.error.errorSubcode, 2018001);

  const rest = await client.sendBatch([
    batch.getUserProfile(psid, { fields: ['id', 'first_name'] }),
    batch.setUserPersistentMenu(psid, buttons),
    batch.getUserPersistentMenu(psid),
    batch.deleteUserPersistentMenu(psid),
    batch.sendSenderAction(psid, 'typing_on'), batch.typingOn(psid), batch.typingOff(psid), batch.markSeen(psid),
    batch.passThreadControl(psid, 123456789, 'over'), batch.getThreadOwner(psid), batch.takeThreadControl(psid, 'back'),
    batch.passThreadControlToPageInbox(psid, 'over'), batch.requestThreadControl(psid, 'please'), batch.takeThreadControl(psid, 'back'),
    batch.associateLabel(psid, label), batch.getAssociatedLabels(psid), batch.dissociateLabel(psid, label),
  ]);
  assert.deepEqual(rest.map((r) => r.code), rest.map(() => 200), JSON.stringify(rest));
  assert.equal(rest[0].body.id, psid);
  assert.equal(typeof rest[0].body.firstName, 'string');
  assert.deepEqual(rest[2].body.data[0].userLevelPersistentMenu[0].callToActions, buttons);
  assert.deepEqual(rest[4].body, { recipientId: psid });
  assert.deepEqual(rest[9].body, { appId: 123456789 });
  assert.equal(rest[15].body.data[0].id, label);
  await client.deleteLabel(label);

  everyMethod(Object.keys(MessengerBatch), called);
});

test('errors', async () => {
  const stranger = new MessengerClient({ ...options, appSecret: undefined, accessToken: 'another' });
  for (const call of [() => stranger.sendText(psid, 'hello'), () => stranger.getPageInfo(), () => stranger.getUserProfile(psid), () => stranger.getPersonas()]) {
    await assert.rejects(call, (e) => {
      assert.match(e.message, /^Messenger API - 190 OAuthException Invalid OAuth access token/);
      assert.match(e.response.headers['www-authenticate'], /^OAuth "Facebook Platform" "invalid_token"/);
      return true;
    });
  }
  const anonymous = new MessengerClient({ ...options, appSecret: undefined, accessToken: '' });
  await assert.rejects(anonymous.getPageInfo(), thrown(400, 2500, 'An active access token must be used to query information about the current user.'));
  await assert.rejects(anonymous.getUserProfile(psid), thrown(400, 104, 'An access token is required to request this resource.'));
  await assert.rejects(client.sendText(nobody, 'hello'), thrown(400, 100, '(#100) No matching user found', 2018001));
  await assert.rejects(client.getUserProfile(nobody), (e) => e.response.data.error.code === 100 && (e.response.data.error.errorSubcode ?? e.response.data.error.error_subcode) === 33);
  await assert.rejects(client.sendText('undefined', 'hello'), thrown(400, 100, '(#100) Param recipient[id] must be a valid ID string (e.g., "123")'));
  await assert.rejects(client.sendMessage(psid, { text: 'hello', preview: true }), thrown(400, 100, '(#100) Invalid keys "preview" were found in param "message".'));
  await assert.rejects(
    client.sendText(psid, 'hello', { quickReplies: [{ contentType: 'text', title: 'more than twenty characters', payload: 'P' }] }),
    thrown(400, 100, '(#100) Length of param message[quick_replies][0][title] must be less than or equal to 20'));
  await assert.rejects(client.sendText(psid, 'hello', { tag: 'POST_PURCHASE_UPDATE' }), (e) => e.response.data.error.code === 100);
  await assert.rejects(client.sendImage(psid, { attachmentId: '1' }), (e) => e.response.data.error.code === 100);
  await assert.rejects(client.getUserProfile(psid, { fields: ['shoe_size'] }), (e) => /Tried accessing nonexisting field \(shoe_size\)/.test(e.message));
});

test('edges without people and reviewers behind them', async () => {
  assert.deepEqual(await client.getMessagingFeatureReview(), []);
  assert.deepEqual(await client.logCustomEvents({ appId, pageId, pageScopedUserId: psid, events: [{ _eventName: 'fb_mobile_purchase' }] }), { success: true });
  assert.deepEqual((await client.getUserField({ field: 'ids_for_apps', userId: psid, appSecret })).data, []);
  assert.deepEqual((await client.getIdsForApps({ userId: psid, appSecret, page: pageId })).data, []);
  // It takes the id that an app has for somebody who logged in there.
  await assert.rejects(client.getIdsForPages({ userId: nobody, appSecret, app: appId }), unsupported);
});

test('a client that does not say which version', async () => {
  sent(await new MessengerClient({ accessToken: pageToken, ...(graph && { origin: graph }) }).sendText(psid, 'hello'));
});

test('no method is left out', () => everyMethod(methodsOf(MessengerClient.prototype), called));
