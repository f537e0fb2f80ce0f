"""RTSP to pictures: decoder processes, their pool, the life of each feed, shared-memory slots.

May import wire, domain, assets, threads, observable. No Qt, no asyncio.
Only decoder.py, clip.py (and the libyuv/swscale door scaler.py) touch `av`, and only inside a decoder
process or the simulator: the UI process imports picture, slots, stats, feed, roster and pool alone.
Threads: `video` in the UI process (pool and roster); `main` and `feed:<n>` in each decoder process.
"""
