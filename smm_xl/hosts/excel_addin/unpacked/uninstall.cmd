@echo off
rem Removes the add-in from Excel and smm-xl from your own folder.
setlocal DisableDelayedExpansion
chcp 65001 >nul
set "here=%~dp0"
if not "%~1"=="" set "here=%~1"
if not exist "%here%python\python.exe" goto packed
rem the folder may be the one that is removed, and this file in it: a copy goes on, and is not come back from
if "%~1"=="" copy /y "%~f0" "%TEMP%\smm-xl-uninstall.cmd" >nul && "%TEMP%\smm-xl-uninstall.cmd" "%~dp0"
"%here%python\python.exe" -I -B -m smm_xl.hosts.excel_addin.from_bundle uninstall
if errorlevel 1 goto refused
if not defined LOCALAPPDATA goto refused
rem a folder that is the current one is not removed
cd /d "%SystemRoot%"
for %%f in (smm-xl smm-xl.old smm-xl.new) do if exist "%LOCALAPPDATA%\Programs\%%f" rd /s /q "%LOCALAPPDATA%\Programs\%%f"
if exist "%LOCALAPPDATA%\Programs\smm-xl\python" goto rest
echo Removed. Удалено.
pause
exit /b 0

:rest
echo Not all could be removed: close Excel and delete the folder "%LOCALAPPDATA%\Programs\smm-xl"
echo Удалено не всё: закройте Excel и удалите папку "%LOCALAPPDATA%\Programs\smm-xl"
goto refused

:packed
echo There is no python\python.exe beside this file: unpack the whole zip first.
echo Рядом с этим файлом нет python\python.exe: сначала распакуйте весь архив.

:refused
pause
exit /b 1
