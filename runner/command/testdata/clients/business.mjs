// Every method for messaging of facebook-nodejs-business-sdk, each with what it returns
// or throws.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appId, appSecret, callbackUrl, everyMethod, graph, methodsOf, nobody, observe, pageId, pageToken, psid, require, verifyToken } from './platform.mjs';

const sdk = require('facebook-nodejs-business-sdk');
const { FacebookAdsApi, FacebookAdsApiBatch } = sdk;
// The SDK has the address in a getter, and no option for it.
if (graph) Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => graph });

const api = FacebookAdsApi.init(pageToken, 'en_US', false);
const appApi = new FacebookAdsApi(`${appId}|${appSecret}`, 'en_US', false);
const called = new Set();
const object = (kind, id, by = api) => observe(new sdk[kind](id, {}, undefined, by), called, kind + '.');
// An object sends again what it was answered before: each call has one of its own.
const page = () => object('Page', pageId);
const me = () => object('IGUserForIGOnlyAPI', 'me');

const image = 'https://example.com/picture.png';
const isNumber = /^\d+$/;
const succeeded = (answer) => assert.equal(answer.success ?? answer._data?.success, true);
const done = (answer) => assert.equal(answer.result ?? answer._data?.result, 'success');
const sent = ({ _data }) => {
  assert.equal(_data.recipient_id, psid);
  assert.match(_data.message_id, /^m_/);
  return _data.message_id;
};

// refused is the error that the SDK makes of an answer that says no.
const refused = (code, text, subcode, status = 400) => (e) => {
  assert.equal(e.name, 'FacebookRequestError');
  assert.equal(e.status, status);
  if (text instanceof RegExp) assert.match(e.message, text);
  else assert.equal(e.message, text);
  assert.equal(e.response.code, code);
  assert.equal(e.response.error_subcode, subcode);
  assert.ok(e.response.fbtrace_id);
  assert.match(e.headers['content-type'], /^application\/json/);
  return true;
};
const unsupported = refused(100, /^Unsupported (get|post|delete) request\./, 33);

test('the page, a person and the app', async () => {
  const one = await page().get(['id', 'name', 'category']);
  assert.equal(one.id, pageId);
  assert.equal(typeof one.name, 'string');
  const person = await object('Profile', psid).get(['first_name', 'last_name', 'profile_pic']);
  assert.equal(person.id, psid);
  assert.equal(typeof person._data.first_name, 'string');
  assert.equal((await api.getAppID()).data.data.app_id, appId);
  assert.equal((await object('Application', appId).get(['name'])).id, appId);
  const several = await sdk.Page.getByIds([pageId, psid], ['name']);
  assert.equal(several.length, 2);
  const [account] = await object('User', 'me').getAccounts(['id', 'access_token']);
  assert.equal(account.id, pageId);
});

test('pictures', async () => {
  // Meta answers one picture, and the SDK reads a list.
  await assert.rejects(page().getPicture([], { redirect: 0 }), TypeError);
  await assert.rejects(object('Profile', psid).getPicture([], { redirect: 0 }), TypeError);
  const { data } = await api.call('GET', [psid, 'picture'], { redirect: 0 });
  assert.equal(data.is_silhouette, false);
  assert.match(data.url, /^https?:/);
});

test('messages', async () => {
  sent(await page().createMessage([], { recipient: { id: psid }, messaging_type: 'RESPONSE', message: { text: 'hello' } }));
  sent(await page().createMessage([], { recipient: JSON.stringify({ id: psid }), message: JSON.stringify({ text: 'hello' }) }));
  const action = await page().createMessage([], { recipient: { id: psid }, sender_action: 'typing_on' });
  assert.deepEqual(action._data, { recipient_id: psid });
  sent(await me().createMessage([], { recipient: { id: psid }, message: { text: 'hello' } }));
  const upload = { message: { attachment: { type: 'image', payload: { url: image, is_reusable: true } } } };
  const { _data } = await page().createMessageAttachment([], upload);
  assert.match(_data.attachment_id, isNumber);
  sent(await page().createMessage([], { recipient: { id: psid }, message: { attachment: { type: 'image', payload: { attachment_id: _data.attachment_id } } } }));
});

test('conversations', async () => {
  const text = 'to be found';
  const id = sent(await page().createMessage([], { recipient: { id: psid }, message: { text } }));
  const [thread] = await page().getConversations(['id', 'participants', 'message_count'], { user_id: psid });
  assert.match(thread.id, /^t_/);
  assert.ok(thread._data.participants.data.some((p) => p.id === psid));
  const read = await object('UnifiedThread', thread.id).get(['id', 'updated_time']);
  assert.equal(read.id, thread.id);
  const messages = await object('UnifiedThread', thread.id).getMessages(['id', 'message', 'from'], { limit: 1 });
  assert.equal(messages[0]._data.message, text);
  assert.equal(messages[0]._data.id, id);
  assert.equal(messages[0]._data.from.id, pageId);
  assert.ok(messages.hasNext());
  await messages.next();
  assert.notEqual(messages[0]._data.id, id);
  await messages.previous();
  assert.equal(messages[0]._data.id, id);
  assert.equal((await object('User', 'me').getConversations(['id']))[0].id, thread.id);
  assert.equal((await me().getConversations(['id'], { platform: 'instagram' })).length, 0);
  succeeded(await page().createModerateConversation([], { user_ids: [{ id: psid }], actions: ['move_to_spam'] }));
});

test('the Messenger profile', async () => {
  for (const one of [page, me]) {
    done(await one().createMessengerProfile([], { get_started: { payload: 'GET_STARTED' }, greeting: [{ locale: 'default', text: 'Hello' }] }));
    const [profile] = await one().getMessengerProfile(['get_started', 'greeting']);
    assert.deepEqual(profile._data, { get_started: { payload: 'GET_STARTED' }, greeting: [{ locale: 'default', text: 'Hello' }] });
    done(await one().deleteMessengerProfile({ fields: ['greeting'] }));
    assert.deepEqual((await one().getMessengerProfile(['greeting'])).length, 0);
  }
  const menu = [{ locale: 'default', composer_input_disabled: false, call_to_actions: [{ type: 'postback', title: 'Buy', payload: 'BUY' }] }];
  done(await page().createCustomUserSetting([], { psid, persistent_menu: menu }));
  const [settings] = await page().getCustomUserSettings([], { psid });
  assert.deepEqual(settings._data.user_level_persistent_menu, menu);
  done(await page().deleteCustomUserSettings({ psid, params: ['persistent_menu'] }));
  done(await page().deleteMessengerProfile({ fields: ['get_started'] }));
});

test('personas, page by page', async () => {
  const ids = [];
  for (let i = 0; i < 5; i++) {
    ids.push((await page().createPersona([], { name: 'Persona ' + i, profile_picture_url: image })).id);
  }
  const list = await page().getPersonas(['id', 'name'], { limit: 2 });
  const found = list.map((p) => p.id);
  while (list.hasNext()) {
    await list.next();
    found.push(...list.map((p) => p.id));
  }
  assert.deepEqual(found.sort(), ids.sort());
  const one = await object('Persona', ids[0]).get(['name', 'profile_picture_url']);
  assert.equal(one._data.profile_picture_url, image);
  for (const id of ids) succeeded(await object('Persona', id).delete());
  await assert.rejects(object('Persona', ids[0]).get(['name']), refused(100, /^Unsupported get request\. Object with ID/, 33));
});

test('labels', async () => {
  const { id } = await page().createCustomLabel([], { page_label_name: 'friends' });
  const label = () => object('PageUserMessageThreadLabel', id);
  succeeded(await label().createLabel([], { user: psid }));
  assert.deepEqual((await page().getCustomLabels(['page_label_name'])).map((l) => l._data), [{ page_label_name: 'friends', id }]);
  assert.deepEqual((await object('User', psid).getCustomLabels(['page_label_name'])).map((l) => l.id), [id]);
  assert.equal((await label().get(['page_label_name']))._data.page_label_name, 'friends');
  succeeded(await label().deleteLabel({ user: psid }));
  assert.equal((await object('User', psid).getCustomLabels()).length, 0);
  succeeded(await label().delete());
});

test('whose a thread is', async () => {
  const recipient = { id: psid };
  const owner = async () => (await page().getThreadOwner([], { recipient: psid }))[0]._data.thread_owner.app_id;
  assert.equal(await owner(), Number(appId));
  succeeded(await page().createPassThreadControl([], { recipient, target_app_id: '123456789', metadata: 'over' }));
  assert.equal(await owner(), 123456789);
  succeeded(await page().createRequestThreadControl([], { recipient, metadata: 'please' }));
  succeeded(await page().createTakeThreadControl([], { recipient, metadata: 'back' }));
  assert.equal(await owner(), Number(appId));
  succeeded(await page().createExtendThreadControl([], { recipient, duration: 3600 }));
  succeeded(await page().createReleaseThreadControl([], { recipient }));
  assert.equal((await page().getSecondaryReceivers(['id', 'name'])).length, 0);
});

test('subscriptions', async () => {
  const app = () => object('Application', appId, appApi);
  succeeded(await app().createSubscription([], { object: 'page', callback_url: callbackUrl, verify_token: verifyToken, fields: ['messages', 'messaging_postbacks'] }));
  const [all] = await app().getSubscriptions();
  assert.equal(all._data.callback_url, callbackUrl);
  for (const one of [page, me]) {
    succeeded(await one().createSubscribedApp([], { subscribed_fields: ['messages', 'messaging_postbacks'] }));
    const [subscribed] = await one().getSubscribedApps(['subscribed_fields']);
    assert.equal(subscribed.id, appId);
    assert.deepEqual([...subscribed._data.subscribed_fields].sort(), ['messages', 'messaging_postbacks']);
    succeeded(await one().deleteSubscribedApps());
  }
  succeeded(await app().deleteSubscriptions({ object: 'page', fields: ['messaging_postbacks'] }));
  succeeded(await app().deleteSubscriptions({ object: 'page' }));
  assert.equal((await app().getSubscriptions()).length, 0);
});

test('welcome message flows', async () => {
  for (const one of [page, me]) {
    const { _data: { flow_id } } = await one().createWelcomeMessageFlow([], {
      name: 'Driver', eligible_platforms: ['messenger'], welcome_message_flow: [{ message: { text: 'Which?' } }],
    });
    assert.match(flow_id, isNumber);
    const [flow] = await one().getWelcomeMessageFlows([], { flow_id });
    assert.equal(flow._data.name, 'Driver');
    succeeded(await one().deleteWelcomeMessageFlows({ flow_id }));
    assert.equal((await one().getWelcomeMessageFlows()).length, 0);
  }
});

test('language processing, insights, linked accounts', async () => {
  succeeded(await page().createNlpConfig([], { nlp_enabled: true, model: 'ENGLISH' }));
  assert.equal((await page().getInsights([], { metric: ['page_messages_new_conversations_unique'] })).length, 0);
  const { _data } = await page().createUnlinkAccount([], { psid });
  assert.equal(_data.result, 'unlink account success');
});

test('the review of the page, events of a bot, ids in apps', async () => {
  assert.equal((await page().getMessagingFeatureReview()).length, 0);
  succeeded(await object('Application', appId, appApi).createActivity([], {
    event: 'CUSTOM_APP_EVENTS', custom_events: [{ _eventName: 'fb_mobile_purchase' }], page_id: pageId, page_scoped_user_id: psid,
  }));
  assert.equal((await object('User', psid).getIdsForApps()).length, 0);
  // It takes the id that an app has for somebody who logged in there.
  await assert.rejects(object('User', nobody).getIdsForPages(), unsupported);
});

test('batches', async () => {
  const batch = observe(new FacebookAdsApiBatch(api), called, 'FacebookAdsApiBatch.');
  const answers = [];
  const keep = (answer) => answers.push(answer);
  batch.add('POST', [pageId, 'messages'], { recipient: { id: psid }, message: { text: 'hello' } }, undefined, keep, keep);
  batch.add('GET', [psid], { fields: 'first_name' }, undefined, keep, keep);
  batch.add('POST', [pageId, 'messages'], { recipient: { id: nobody }, message: { text: 'hello' } }, undefined, keep, keep);
  const request = new sdk.APIRequest(pageId, 'GET', '/messenger_profile');
  request.addFields(['greeting']);
  batch.addRequest(request, keep, keep);
  assert.equal(await batch.execute(), null);
  assert.deepEqual(answers.map((a) => [a.isSuccess, a.status]), [[true, 200], [true, 200], [false, 400], [true, 200]]);
  assert.equal(answers[0].body.recipient_id, psid);
  assert.ok(answers[0].headers.some((h) => h.name === 'Content-Type'));
  assert.equal(typeof answers[1].body.first_name, 'string');
  assert.equal(answers[2].body.error.error_subcode, 2018001);
  assert.deepEqual(answers[3].body.data, []);
});

test('errors', async () => {
  const stranger = new FacebookAdsApi('another', 'en_US', false);
  await assert.rejects(object('Page', pageId, stranger).get(['name']), (e) => {
    refused(190, /^Invalid OAuth access token/)(e);
    assert.match(e.headers['www-authenticate'], /^OAuth "Facebook Platform" "invalid_token"/);
    return true;
  });
  const send = (message, rest) => page().createMessage([], { recipient: { id: psid }, message, ...rest });
  await assert.rejects(send({ text: 'hello' }, { recipient: { id: nobody } }), refused(100, '(#100) No matching user found', 2018001));
  await assert.rejects(send({ text: 'hello' }, { recipient: { id: pageId } }), refused(100, '(#100) No matching user found', 2018001));
  await assert.rejects(send({ text: 'hello' }, { recipient: { id: 'undefined' } }), refused(100, '(#100) Param recipient[id] must be a valid ID string (e.g., "123")'));
  await assert.rejects(send({ text: 'hello', preview: true }), refused(100, '(#100) Invalid keys "preview" were found in param "message".'));
  await assert.rejects(send({ text: 'hello', attachment: { type: 'image', payload: { url: image } } }), refused(100, '(#100) Only one of text or attachment can be specified', 2018018));
  await assert.rejects(send({ text: 'hello' }, { messaging_type: 'MESSAGE_TAG', tag: 'NONE' }), refused(100, '(#100) Invalid tag.'));
  await assert.rejects(object('Profile', nobody).get(['first_name']), refused(100, /^Unsupported get request\. Object with ID/, 33));
  await assert.rejects(object('Profile', psid).get(['shoe_size']), refused(100, /Tried accessing nonexisting field \(shoe_size\)/));
  await assert.rejects(page().createMessengerProfile([], {
    persistent_menu: [{ locale: 'default', composer_input_disabled: false, call_to_actions: [{ type: 'postback', title: 'Buy', payload: 'BUY' }] }],
  }), refused(100, '(#100) You must set a Get Started button if you also wish to use persistent menu.', 2018145));
});

// Meta has them; what a bot gets here is the error for an edge that is not there.
test('edges that the platform does not play', async () => {
  for (const method of ['getNotificationMessageTokens', 'getMessageTemplates', 'getMessengerCallSettings', 'getMessengerLeadForms', 'getThreads', 'getChatPlugin', 'getBlocked']) {
    await assert.rejects(page()[method](), unsupported, method);
  }
  for (const method of ['createBusinessMessagingFeatureStatus', 'createMessageTemplate', 'createMessengerCallSetting', 'createMessengerLeadForm', 'createNotificationMessagesDevSupport', 'createCall', 'createBlocked']) {
    await assert.rejects(page()[method]([], { recipient: { id: psid } }), unsupported, method);
  }
  for (const method of ['deleteMessageTemplates', 'deleteBlocked']) {
    await assert.rejects(page()[method]({ name: 'n' }), unsupported, method);
  }
  await assert.rejects(me().getBusinessMessagingFeatureStatus(), unsupported);
  await assert.rejects(me().createMessageAttachment([], {}), unsupported); // the SDK leaves out the _ in its name
  for (const method of ['getNotificationMessageTokens', 'getWelcomeMessageFlows']) {
    await assert.rejects(object('IGUser', '17841400000000000')[method](), unsupported, method);
  }
});

test('no method of a page is left out', () => {
  const ofPage = (...names) => names.map((name) => 'Page.' + name);
  everyMethod(ofPage(...methodsOf(sdk.Page.prototype)), new Set([...called].filter((m) => m.startsWith('Page.'))), {
    'posts, events, pictures and videos': ofPage('getAlbums', 'getArExperience', 'getCanvasElements', 'createCanvasElement', 'getCanvases', 'createCanvase',
      'getCallToActions', 'createCopyrightManualClaim', 'getCrosspostWhitelistedPages', 'getEvents', 'getFantasyGames', 'getFeed', 'createFeed', 'getImageCopyrights',
      'createImageCopyright', 'getIndexedVideos', 'getLikes', 'getLiveVideos', 'createLiveVideo', 'getMediaFingerprints', 'createMediaFingerprint', 'createPhotoStory',
      'getPhotos', 'createPhoto', 'createPicture', 'getPosts', 'getPublishedPosts', 'getRatings', 'getRtbDynamicPosts', 'getScheduledPosts', 'getStories', 'getTagged',
      'getVideoCopyrightRules', 'createVideoCopyrightRule', 'createVideoCopyright', 'getVideoLists', 'getVideoReels', 'createVideoReel', 'createVideoStory', 'getVideos',
      'createVideo', 'getVisitorPosts'),
    'shops, ads and leads': ofPage('getAbTests', 'createAbTest', 'createAcknowledgeOrder', 'getAdsEligibility', 'getAdsPosts', 'createBusinessDatum', 'getCommerceMerchantSettings',
      'getCommerceOrders', 'getCommercePayouts', 'getCommerceTransactions', 'getCtxOptimizationEligibility', 'getDataset', 'createDataset', 'getLeadGenForms',
      'createLeadGenForm', 'getProductCatalogs', 'getShopSetupStatus'),
    'who runs the page, and its settings': ofPage('deleteAgencies', 'getAgencies', 'createAgency', 'deleteAssignedUsers', 'getAssignedUsers', 'createAssignedUser',
      'getBusinessProjects', 'getGlobalBrandChildren', 'getInstagramAccounts', 'deleteLocations', 'getLocations', 'createLocation', 'getPageBackedInstagramAccounts',
      'createPageBackedInstagramAccount', 'createPageWhatsAppNumberVerification', 'getRoles', 'getSettings', 'createSetting', 'getStoreLocations', 'getTabs', 'update'),
  });
});

// About messaging is a method whose edge says so; the SDK has 900 classes.
test('no method for messaging of another class is left out', () => {
  const about = /messag|messenger|thread|activities|ids_for_(apps|pages)|persona|conversation|custom_label|^label$|subscri|welcome/;
  const methods = [];
  for (const [kind, { prototype }] of Object.entries(sdk)) {
    if (!prototype || kind === 'Page') continue;
    for (const method of methodsOf(prototype)) {
      const edge = /'\/([a-z_]+)'/.exec(prototype[method]);
      if (edge && about.test(edge[1])) methods.push(`${kind}.${method}`);
    }
  }
  everyMethod(methods, called, {
    'advertisers': ['AdAccount.createMessageCampaign', 'AdAccount.getMessageDeliveryEstimate', 'AdAccount.createMessage', 'AdSet.getMessageDeliveryEstimate',
      'AdAccount.getActivities', 'AdSet.getActivities', 'AdAccount.deleteSubscribedApps', 'AdAccount.getSubscribedApps', 'AdAccount.createSubscribedApp'],
    'ads of a person': ['User.getPersonalAdAccounts'],
    'domains': ['Application.getSubscribedDomains', 'Application.getSubscribedDomainsPhishing'],
    'Threads, which is another service': ['IGUser.getConnectedThreadsUser', 'IGUser.getInstagramBackedThreadsUser', 'IGUser.createInstagramBackedThreadsUser'],
    'the app of Messenger, not its bots': ['User.createMessengerDesktopPerformanceTrace', 'User.createMessengerKidsAccountsUnreadBadge'],
    'WhatsApp': methods.filter((m) => m.startsWith('WhatsApp')),
  });
});
