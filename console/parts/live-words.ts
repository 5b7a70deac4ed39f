// The words of live view and clips.
import { defineWords } from '../words/words.ts'
import type { WhyStills } from './live-connection.ts'

interface LiveWords {
  readonly connecting: string
  readonly away: string
  readonly live: string
  readonly stills: string
  readonly lost: string
  readonly gone: Readonly<Record<'camera-gone' | 'refused', string>>
  readonly why: Readonly<Record<Exclude<WhyStills, 'asked'>, (codec: string) => string>>
  readonly picture: (name: string) => string
  readonly clip: string
  readonly clipLoading: string
  readonly clipFailed: string
  readonly clipUnplayable: string
  readonly save: string
}

export const LIVE_WORDS = defineWords<LiveWords>({
  zh: {
    connecting: '等待画面…',
    away: '摄像头离线，恢复后画面自动出现',
    live: '直播',
    stills: '静帧',
    lost: '连接中断，正在自动重连…',
    gone: { 'camera-gone': '摄像头已移除', refused: '没有权限查看这路画面' },
    why: {
      codec: codec => `编码 ${codec.toUpperCase()} 浏览器无法播放，改为静帧；请改用摄像头的 H.264 子码流`,
      pictures: () => '该摄像头只提供图片，没有视频流',
      'not-muxed': () => '该视频流无法封装，改为静帧',
      browser: codec => `此浏览器不能播放 ${codec}，改为静帧`,
      token: () => '以令牌登录时只能看静帧',
    },
    picture: name => `${name}的实时画面`,
    clip: '事件片段',
    clipLoading: '正在取片段…',
    clipFailed: '片段取不到：可能已按留存期限删除。请刷新事件后再试。',
    clipUnplayable: '此浏览器不能播放该片段的编码，可以另存后用播放器打开。',
    save: '另存片段',
  },
  en: {
    connecting: 'Waiting for the picture…',
    away: 'Camera offline: its picture comes when it is back',
    live: 'Live',
    stills: 'Stills',
    lost: 'Connection lost, trying again…',
    gone: { 'camera-gone': 'The camera is gone', refused: 'You may not see this camera' },
    why: {
      codec: codec => `Browsers cannot play ${codec.toUpperCase()}: stills instead; use the camera’s H.264 sub-stream`,
      pictures: () => 'This camera gives pictures, no video',
      'not-muxed': () => 'This stream cannot be put into MP4: stills instead',
      browser: codec => `This browser cannot play ${codec}: stills instead`,
      token: () => 'Signed in by token, only stills can be shown',
    },
    picture: name => `${name}, live`,
    clip: 'Clip',
    clipLoading: 'Fetching the clip…',
    clipFailed: 'The clip cannot be had: it may have been deleted when its time was over. Open the incident again.',
    clipUnplayable: 'This browser cannot play the clip’s codec; save it and open it in a player.',
    save: 'Save the clip',
  },
})
