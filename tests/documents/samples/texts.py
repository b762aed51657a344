"""Text, and programs and pages that might pass for it."""

import struct


def text() -> bytes:
    """Notes of a health visitor."""
    return "Visited on 3 March. The flat was cold \u2013 no food in the fridge, 50p for the meter.\r\n".encode()


def elf() -> bytes:
    """A program for Linux."""
    return b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HHI", 2, 62, 1) + bytes(40)


def pe() -> bytes:
    """A program for Windows."""
    return b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0" + bytes(20)


def html() -> bytes:
    """A web page with a script."""
    return b"<!DOCTYPE html>\n<html><body><script>alert(1)</script></body></html>\n"


def late_html() -> bytes:
    """A script behind words."""
    return b"Dear all,\nplease find the report below.\n<script src='//evil.example/x.js'></script>\n"


def svg() -> bytes:
    """A drawing with a script."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def script() -> bytes:
    """A program for a shell."""
    return b"#!/bin/sh\nrm -rf ~\n"


def php() -> bytes:
    """A program for a web server."""
    return b"<?php system($_GET['c']); ?>\n"


def batch() -> bytes:
    """A program for Windows's command line."""
    return b"@echo off\r\ndel /s /q C:\\\r\n"


def xml() -> bytes:
    """XML that declares entities."""
    return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def rtf() -> bytes:
    """A text of WordPad."""
    return b"{\\rtf1\\ansi Hello}"


def email() -> bytes:
    """An email as a file."""
    return b"MIME-Version: 1.0\r\nFrom: dana.osei@severnshire.example\r\n\r\nHello\r\n"
