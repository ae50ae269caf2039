@"%~dp0python\python.exe" -I -m smm_xl %*
