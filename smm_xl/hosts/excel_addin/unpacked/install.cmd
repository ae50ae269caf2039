@echo off
rem Puts smm-xl into your own folder and its add-in into Excel; no administrator is needed.
setlocal DisableDelayedExpansion
if not exist "%~dp0python\python.exe" goto packed
"%~dp0python\python.exe" -I -B -m smm_xl.hosts.excel_addin.from_bundle install
set code=%errorlevel%
pause
exit /b %code%

:packed
chcp 65001 >nul
echo There is no python\python.exe beside this file. If you opened the zip by a double-click:
echo right-click it, choose "Extract All", and start install.cmd in the folder that appears.
echo.
echo Рядом с этим файлом нет python\python.exe. Если архив открыт двойным щелчком:
echo нажмите на него правой кнопкой, выберите «Извлечь все» и запустите install.cmd в новой папке.
pause
exit /b 1
