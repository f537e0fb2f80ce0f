"""Pretend cameras: RTSP servers whose pictures carry time and number, that fail when they are told to.

A separate process, never loaded by the client: the wall meets it over RTSP alone.
May import domain, assets, threads and, to make its pictures, video.clip.
Threads: the process's main thread and those it names; servers listen on 127.0.0.1 only.
"""
