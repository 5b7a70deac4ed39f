// What ails a camera, in the reader's language: by the code of its problem, whoever found it.
import type { ErrorCode } from '../../core/errors.ts'
import { currentLanguage, defineWords } from './words.ts'

/** What is not here is said as the server says it, in English. */
type Problems = Readonly<Partial<Record<ErrorCode, string>>>

export const CAMERA_PROBLEMS = defineWords<Problems>({
  zh: {
    'camera-name-unknown': '找不到这个主机名。请检查拼写，或改用 IP 地址。',
    'camera-port-closed': '主机在，但这个端口没有服务。请检查端口（常用 554），并在摄像头里开启 RTSP。',
    'camera-no-route': '网络到不了这个地址。请检查网线、VLAN 和防火墙。',
    'camera-silent': '没有应答。摄像头可能关机，或防火墙拦下了连接。',
    'camera-no-picture': '连上了，但等不到完整画面。请缩短关键帧（I 帧）间隔，或检查网络丢包。',
    'camera-resized': '画面尺寸变了，区域已暂停。请恢复分辨率，或以新画面为准并重新确认区域。',
    'source-unauthorised': '用户名或密码不对。请核对后再试，多次失败可能会被摄像头锁定。',
    'source-not-found': '连上了，但没有这个路径。请查看摄像头说明书里的 RTSP 路径。',
    'source-not-video': '连上了，但这里没有视频。请检查路径是否指向视频流。',
    'source-codec-unsupported': '视频编码不支持。请在摄像头里改为 H.264 或 H.265。',
    'source-unreachable': '连不上。请检查地址、网络和防火墙；系统会自动重试。',
    'source-stalled': '视频停住了。请检查摄像头和网络；系统会自动重连。',
    'source-keyless':
      '一直没有关键帧。系统会自动重连并逐帧解码；请把摄像头的关键帧（I 帧）间隔设为 2 秒，省去大部分运算。',
    'source-ended': '视频流结束了，系统会自动重连。',
    'source-corrupt': '画面数据损坏。偶尔可忽略；持续出现请检查网络和摄像头编码。',
    'source-refused': '这不是摄像头地址。应以 rtsp:// 开头。',
    'login-needed': '地址换了主机，请重新填写用户名和密码。',
  },
  en: {
    'camera-name-unknown': 'Nobody knows a host of this name. Check the spelling, or use the IP address.',
    'camera-port-closed':
      'The host is there, but nothing listens on this port. Check it (554 is usual), and switch RTSP on in the camera.',
    'camera-no-route': 'The network does not reach this address. Check cable, VLAN and firewall.',
    'camera-silent': 'No answer. The camera may be off, or a firewall swallows the connection.',
    'camera-no-picture':
      'Connected, but no whole picture came. Shorten the key-frame interval, or check for packet loss.',
    'camera-resized':
      'The picture has changed its shape, so the zones rest. Restore the resolution, or take the new view and confirm the zones.',
    'source-unauthorised':
      'User name or password is wrong. Check them first: cameras lock the account after some attempts.',
    'source-not-found': 'Connected, but there is no such path. The camera’s manual names its RTSP path.',
    'source-not-video': 'Connected, but there is no video here. Check that the path names a video stream.',
    'source-codec-unsupported': 'This video codec is not supported. Set the camera to H.264 or H.265.',
    'source-unreachable': 'Cannot be reached. Check address, network and firewall; it is tried again by itself.',
    'source-stalled': 'The video stopped on the way. Check camera and network; it is connected anew by itself.',
    'source-keyless':
      'No key frame came. It is connected anew and decoded in full; set the camera’s key-frame interval to 2 s, which saves most of the work.',
    'source-ended': 'The stream ended; it is connected anew by itself.',
    'source-corrupt': 'Broken picture data. Now and then is harmless; if it goes on, check network and encoder.',
    'source-refused': 'This is no camera’s address: it begins with rtsp://.',
    'login-needed': 'The address names another host: give user name and password again.',
  },
})

interface Problem {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** In the reader's words where there are any, else in the server's. */
export const problemText = ({ code, message, hint }: Problem): string =>
  CAMERA_PROBLEMS[currentLanguage()][code as ErrorCode] ?? `${message} ${hint}`
